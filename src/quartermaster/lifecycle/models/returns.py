"""Returns with their checklists, and the records of sanitisation."""

from django.db import models
from django.db.models import F, Q

from quartermaster.files.models import StoredFile
from quartermaster.inventory.models import Accessory, Device
from quartermaster.kernel.models import Row
from quartermaster.lifecycle.rules.returns import (
    Condition,
    ItemCode,
    ItemState,
    ReturnReason,
    ReturnState,
)
from quartermaster.lifecycle.rules.sanitising import (
    METHODS,
    TWO_PEOPLE,
    Method,
    NextPlace,
    SanitisedState,
    Technique,
)
from quartermaster.mdm.models import DestructiveTarget
from quartermaster.org.models import Department, Person


class Return(Row):
    """A City device on its way back, until ITMD has received it (C-3)."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="returns")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="returns")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=14, choices=ReturnReason.choices)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=10, choices=ReturnState.choices, default=ReturnState.EXPECTED
    )
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    due_at = models.DateTimeField("due")
    remind_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    statement = models.TextField("what the holder stated", max_length=2000, blank=True)
    stated_at = models.DateTimeField(null=True)
    condition = models.CharField(max_length=8, choices=Condition.choices, blank=True)
    differences = models.TextField(max_length=2000, blank=True)
    received_by = models.CharField(max_length=200, blank=True)
    receipt = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(
                fields=["remind_at"],
                name="lifecycle_return_remind",
                condition=Q(remind_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state="expected"),
                name="lifecycle_one_live_return_a_device",
            ),
            models.CheckConstraint(
                condition=Q(state="expected", closed_at=None)
                | Q(state__in=["received", "cancelled"], closed_at__isnull=False),
                name="lifecycle_return_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="received") | ~Q(condition="") & ~Q(received_by=""),
                name="lifecycle_received_in_a_condition",
            ),
        ]

    def __str__(self) -> str:
        return f"Return of {self.device.asset_tag}"


class ReturnItem(Row):
    """One thing of the checklist, and who answered it how."""

    belongs_to = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16, choices=ItemCode.choices)
    title = models.CharField(max_length=200)
    accessory = models.ForeignKey(Accessory, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=ItemState.choices, default=ItemState.OPEN)
    note = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["belongs_to", "place"], name="lifecycle_return_item_in_place"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | ~Q(state="open") & Q(answered_at__isnull=False),
                name="lifecycle_return_item_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state="waived") | ~Q(note=""), name="lifecycle_waived_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title


def _fitting() -> Q:
    fits = Q()
    for technique, method in METHODS.items():
        fits |= Q(technique=technique.value, method=method.value)
    return fits


class Sanitisation(Row):
    """What was done to a device's storage, by whom, and who verified it (NIST SP 800-88r2).

    ``holds``: it is verified, and nobody has held the device since; a trigger ends that.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="sanitisations")
    method = models.CharField(max_length=8, choices=Method.choices)
    technique = models.CharField(max_length=12, choices=Technique.choices)
    tool = models.CharField(max_length=120)
    tool_version = models.CharField(max_length=60)
    operator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    proof = models.OneToOneField(
        DestructiveTarget, null=True, on_delete=models.PROTECT, related_name="sanitisation"
    )
    state = models.CharField(
        max_length=8, choices=SanitisedState.choices, default=SanitisedState.DONE
    )
    verifier = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)
    verification = models.CharField("how it was verified", max_length=500, blank=True)
    next_place = models.CharField(max_length=12, choices=NextPlace.choices)
    holds = models.BooleanField(default=False)
    certificate = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-done_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(holds=True), name="lifecycle_sanitised_once"
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state="done"),
                name="lifecycle_one_sanitisation_to_verify",
            ),
            models.CheckConstraint(
                condition=Q(state="done", verifier=None, verified_at=None, holds=False)
                | Q(
                    state__in=["verified", "failed"],
                    verifier__isnull=False,
                    verified_at__isnull=False,
                )
                & ~Q(verification=""),
                name="lifecycle_sanitisation_verified_by",
            ),
            models.CheckConstraint(
                condition=Q(holds=False) | Q(state="verified"),
                name="lifecycle_holds_once_verified",
            ),
            models.CheckConstraint(
                condition=Q(verifier=None)
                | ~Q(method__in=sorted(TWO_PEOPLE))
                | ~Q(verifier=F("operator")),
                name="lifecycle_another_verifies",
            ),
            models.CheckConstraint(condition=_fitting(), name="lifecycle_technique_fits_method"),
            models.CheckConstraint(
                condition=Q(technique="by_order", proof__isnull=False)
                | ~Q(technique="by_order") & Q(proof=None),
                name="lifecycle_order_has_its_proof",
            ),
            models.CheckConstraint(
                condition=~Q(tool="") & ~Q(tool_version=""), name="lifecycle_tool_is_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} of {self.device.asset_tag}"


class SanitisationEvidence(Row):
    """A file that shows it: a photograph, a log of the tool."""

    sanitisation = models.ForeignKey(
        Sanitisation, on_delete=models.PROTECT, related_name="evidence"
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["sanitisation", "file"], name="lifecycle_evidence_once")
        ]

    def __str__(self) -> str:
        return self.file.name
