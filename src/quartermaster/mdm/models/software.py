"""Software that the City delivers: what there is, for whom, and how far it is on each device."""

from django.db import models
from django.db.models import F, Q

from quartermaster.files.models import StoredFile
from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.mdm.models.commands import Command
from quartermaster.mdm.models.enrolment import Enrolment
from quartermaster.mdm.software_states import SoftwareState
from quartermaster.org.models import Department, Person


class SoftwareSource(models.TextChoices):
    """Where a device gets it from."""

    STORE = "store", "The maker's store"
    PACKAGE = "package", "A package of the City's own"


class Purpose(models.TextChoices):
    """Whether those to whom it is assigned must have it or may."""

    REQUIRED = "required", "Required"
    OFFERED = "offered", "Offered"


class Origin(models.TextChoices):
    """Why a device is to have an application; of several reasons the strongest."""

    POLICY = "policy", "Required by the policy"
    ASSIGNED = "assigned", "Assigned"
    WISH = "wish", "On wish of the holder"


class Software(Row):
    """One application of the catalogue, who decided on it and when.

    ``configuration`` and ``attributes`` are sent with it; secrets of the configuration are sealed.
    """

    title = models.CharField(max_length=120)
    identifier = models.CharField(max_length=155)
    source = models.CharField(max_length=8, choices=SoftwareSource)
    platforms = models.JSONField(default=list)
    store_id = models.CharField("number in the store", max_length=20, blank=True)
    licensed = models.BooleanField("by a licence of the City's", default=True)
    keep_out_of_backups = models.BooleanField(default=True)
    remove_at_unenrolment = models.BooleanField(default=True)
    configuration = models.JSONField(default=dict, blank=True)
    sealed_configuration = models.BinaryField(null=True)
    attributes = models.JSONField(default=dict, blank=True)
    note = models.CharField("why", max_length=500, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["title", "id"]
        verbose_name_plural = "software"
        constraints = [
            models.UniqueConstraint(
                fields=["identifier"],
                condition=Q(retired_at=None),
                name="mdm_software_identified_once",
            ),
            models.UniqueConstraint(
                fields=["store_id"],
                condition=Q(retired_at=None) & ~Q(store_id=""),
                name="mdm_software_once_from_the_store",
            ),
            models.CheckConstraint(
                condition=Q(source="store") & ~Q(store_id="") | Q(source="package", store_id=""),
                name="mdm_software_store_number",
            ),
            models.CheckConstraint(
                condition=~Q(platforms=[]) & ~Q(title="") & ~Q(identifier=""),
                name="mdm_software_named",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class SoftwarePackage(Row):
    """One version of a package. ``chunk_hashes`` let a device check it piece by piece.

    It goes to no device before a second person stood for it: what a package holds runs there.
    """

    software = models.ForeignKey(Software, on_delete=models.PROTECT, related_name="packages")
    version = models.CharField(max_length=60)
    platforms = models.JSONField(default=list)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    chunk_size = models.PositiveIntegerField()
    chunk_hashes = models.JSONField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=200)
    adder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sealed_proof = models.BinaryField("that the approver typed their password", null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver=None, approved_at=None, sealed_proof=None)
                | (
                    Q(adder__isnull=False, approver__isnull=False, approved_at__isnull=False)
                    & Q(sealed_proof__isnull=False)
                    & ~Q(adder=F("approver"))
                ),
                name="mdm_package_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["software", "version", "file"], name="mdm_package_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.software} {self.version}"


class SoftwareAssignment(Row):
    """That a department or a device must or may have an application."""

    software = models.ForeignKey(Software, on_delete=models.PROTECT, related_name="assignments")
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
    )
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=8, choices=Purpose)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(department=None, device__isnull=False)
                | Q(department__isnull=False, device=None),
                name="mdm_assignment_to_one",
            ),
            models.UniqueConstraint(
                fields=["software", "department"],
                condition=Q(ended_at=None),
                name="mdm_software_once_a_department",
            ),
            models.UniqueConstraint(
                fields=["software", "device"],
                condition=Q(ended_at=None),
                name="mdm_software_assigned_once_a_device",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.software}: {self.department or self.device}"


class DeviceSoftware(Row):
    """One application on its way to one enrolled device, or from it.

    ``due_at`` says when to look again; ``package`` and ``external_version`` what was sent;
    ``take_over``: it is there already, and is to become managed.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="software")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="software")
    software = models.ForeignKey(Software, on_delete=models.PROTECT, related_name="devices")
    state = models.CharField(
        max_length=10,
        choices=[(item.value, item.value.capitalize()) for item in SoftwareState],
        default=SoftwareState.WANTED,
    )
    origin = models.CharField(max_length=8, choices=Origin)
    package = models.ForeignKey(
        SoftwarePackage, null=True, on_delete=models.PROTECT, related_name="+"
    )
    command = models.ForeignKey(Command, null=True, on_delete=models.PROTECT, related_name="+")
    external_version = models.BigIntegerField("version of the store that is there", null=True)
    sent_version = models.BigIntegerField("version of the store last sent", null=True)
    take_over = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    wished_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    installed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["software__title", "id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="mdm_software_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(fields=["software", "state"], name="mdm_software_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "software"], name="mdm_software_once_an_enrolment"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[item.value for item in SoftwareState]),
                name="mdm_software_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(reason=""),
                name="mdm_software_failed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="installed") | Q(installed_at__isnull=False),
                name="mdm_software_installed_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.software} on {self.device} ({self.state})"
