"""Automated enrolment: the makers' lists of what the City bought, and the profiles kept there."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row


class DeviceList(Row):
    """Where the reading of one list stands. It outlives the credentials of its identity.

    ``whole``: the whole list is being read, since ``began_at``; otherwise what changed since
    ``cursor``. Whoever works on it holds the ``lease`` until ``locked_until``.
    """

    driver = models.CharField(max_length=20)
    identity = models.CharField(max_length=300)
    owner = models.CharField("what the service calls us", max_length=300, blank=True)
    whole = models.BooleanField(default=True)
    cursor = models.TextField(blank=True)
    cursor_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField("last read to its end", null=True)
    skipped = models.PositiveIntegerField("entries that were no devices", default=0)
    troubled_at = models.DateTimeField("in trouble since", null=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["driver", "identity"]
        constraints = [
            models.UniqueConstraint(fields=["driver", "identity"], name="mdm_device_list_once"),
            models.CheckConstraint(
                condition=Q(whole=True) | Q(finished_at__isnull=False),
                name="mdm_device_list_whole_first",
            ),
            models.CheckConstraint(
                condition=Q(lease=None, locked_until=None)
                | Q(lease__isnull=False, locked_until__isnull=False),
                name="mdm_device_list_lease_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.owner or f"{self.driver} {self.identity}"


class AutomatedProfile(Row):
    """What devices are told to do when they are set up, as it was defined at the service."""

    list = models.ForeignKey(DeviceList, on_delete=models.PROTECT, related_name="profiles")
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    external_id = models.CharField("its name at the service", max_length=100)
    defined_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-defined_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["list"],
                condition=Q(replaced_at=None),
                name="mdm_one_current_profile_a_list",
            ),
            models.CheckConstraint(
                condition=~Q(external_id=""), name="mdm_automated_profile_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class ListedDevice(Row):
    """A device in a maker's list. ``device`` is the inventory's, once it knows one by the serial.

    ``changed_at`` is the service's time of the newest change taken; ``wants_profile`` a person's
    decision; while ``assign_due_at`` is set, the current profile is still to be assigned.
    ``asked_at`` is when the device itself last asked to be enrolled, and ``signed_at`` when it
    says that it signed this.
    """

    list = models.ForeignKey(DeviceList, on_delete=models.PROTECT, related_name="devices")
    driver = models.CharField(max_length=20)
    serial = models.CharField("serial number", max_length=40)
    device = models.ForeignKey(
        Device, null=True, on_delete=models.PROTECT, related_name="listed_as"
    )
    model = models.CharField(max_length=200, blank=True)
    description = models.CharField(max_length=200, blank=True)
    colour = models.CharField(max_length=200, blank=True)
    asset_tag = models.CharField("asset tag in the list", max_length=200, blank=True)
    family = models.CharField(max_length=200, blank=True)
    device_class = models.CharField(max_length=12, blank=True)
    platform = models.CharField(max_length=10, blank=True)
    assigned_at = models.DateTimeField("given to our server", null=True)
    assigned_by = models.CharField(max_length=200, blank=True)
    profile_status = models.CharField(max_length=40, blank=True)
    profile_id = models.CharField(max_length=100, blank=True)
    profile_assigned_at = models.DateTimeField(null=True)
    wants_profile = models.BooleanField(default=True)
    assign_due_at = models.DateTimeField(null=True)
    assign_attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField("of the last assignment", max_length=40, blank=True)
    changed_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField("last seen in the list")
    removed_at = models.DateTimeField("no longer in the list", null=True)
    asked_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["serial"]
        indexes = [
            models.Index(
                fields=["assign_due_at"],
                name="mdm_listed_device_unassigned",
                condition=Q(assign_due_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["driver", "serial"], name="mdm_listed_device_once"),
            models.CheckConstraint(condition=~Q(serial=""), name="mdm_listed_device_has_serial"),
            models.CheckConstraint(
                condition=Q(assign_due_at=None) | Q(wants_profile=True, removed_at=None),
                name="mdm_listed_device_assigned_if_wanted",
            ),
        ]

    def __str__(self) -> str:
        return self.serial
