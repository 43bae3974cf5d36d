"""Hand-outs: what is made ready for whom, and what its holder signed for."""

from django.db import models
from django.db.models import Q

from quartermaster.files.models import StoredFile
from quartermaster.inventory.models import Accessory, Device
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.lifecycle.rules.handovers import (
    ANSWERED,
    HANDED,
    Answer,
    Condition,
    HandoverState,
    Method,
    Place,
)
from quartermaster.org.models import Department, Person
from quartermaster.policy.models import PolicyVersion


class Handover(Row):
    """Things for one person, from being made ready to the signature. What is signed is fixed.

    ``statement`` is what was signed, ``statement_digest`` its digest; the receipt shows both.
    """

    number = models.CharField(max_length=12, unique=True)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handovers")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=choices(HandoverState), default=HandoverState.PREPARED.value
    )
    note = models.CharField(max_length=300, blank=True)
    prepared_at = models.DateTimeField()
    prepared_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField("to be signed until")
    remind_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=300, blank=True)
    method = models.CharField(max_length=6, blank=True, choices=choices(Method))
    place = models.CharField(max_length=4, blank=True, choices=choices(Place))
    typed_name = models.CharField(max_length=200, blank=True)
    drawing = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    attested_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    identification = models.CharField(max_length=100, blank=True)
    policy_version = models.ForeignKey(
        PolicyVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    statement = models.JSONField(null=True)
    statement_digest = models.CharField(max_length=64, blank=True)
    receipt = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-prepared_at", "-id"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="lifecycle_handover_waits",
                condition=Q(state="prepared"),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[item.value for item in HandoverState]),
                name="lifecycle_handover_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", closed_at=None)
                | (~Q(state="prepared") & Q(closed_at__isnull=False)),
                name="lifecycle_handover_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(ANSWERED))
                | (
                    Q(statement__isnull=False, statement_digest__regex=r"^[0-9a-f]{64}$")
                    & (
                        Q(method="typed") & ~Q(typed_name="")
                        | Q(method="drawn", drawing__isnull=False)
                    )
                    & (
                        Q(place="own", attested_by=None)
                        | Q(place="desk", attested_by__isnull=False) & ~Q(identification="")
                    )
                ),
                name="lifecycle_handover_answered_is_signed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(HANDED)) | Q(receipt__isnull=False),
                name="lifecycle_handover_handed_has_receipt",
            ),
            models.CheckConstraint(
                condition=Q(attested_by=None) | ~Q(attested_by=models.F("holder")),
                name="lifecycle_handover_attested_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} for {self.holder}"


class HandoverItem(Row):
    """One thing of a hand-out. ``live``: it is kept for this person; nobody else gets it."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="items")
    device = models.ForeignKey(
        Device, null=True, on_delete=models.PROTECT, related_name="handover_items"
    )
    accessory = models.ForeignKey(
        Accessory, null=True, on_delete=models.PROTECT, related_name="handover_items"
    )
    condition = models.CharField(max_length=10, choices=choices(Condition))
    condition_note = models.CharField(max_length=300, blank=True)
    live = models.BooleanField(default=True)
    answer = models.CharField(max_length=10, blank=True, choices=choices(Answer))
    refusal = models.CharField("why it was refused", max_length=300, blank=True)
    waiver = models.CharField("why it goes out before it is enrolled", max_length=300, blank=True)
    waived_until = models.DateField(null=True)
    waived_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(device__isnull=False, accessory=None)
                | Q(device=None, accessory__isnull=False),
                name="lifecycle_handover_item_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["device"], condition=Q(live=True), name="lifecycle_device_made_ready_once"
            ),
            models.UniqueConstraint(
                fields=["accessory"],
                condition=Q(live=True),
                name="lifecycle_accessory_made_ready_once",
            ),
            models.CheckConstraint(
                condition=Q(answer__in=[item.value for item in Answer]),
                name="lifecycle_handover_answer_known",
            ),
            models.CheckConstraint(
                condition=Q(condition__in=[item.value for item in Condition]),
                name="lifecycle_handover_condition_known",
            ),
            models.CheckConstraint(
                condition=Q(answer="refused") & ~Q(refusal="")
                | ~Q(answer="refused") & Q(refusal=""),
                name="lifecycle_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(live=False) | Q(answer=""), name="lifecycle_answered_is_not_kept"
            ),
            models.CheckConstraint(
                condition=Q(waived_until=None, waived_by=None, waiver="")
                | Q(waived_until__isnull=False, waived_by__isnull=False) & ~Q(waiver=""),
                name="lifecycle_waiver_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.device or self.accessory)

    @property
    def thing(self) -> Device | Accessory:
        found = self.device or self.accessory
        assert found is not None  # a constraint says so
        return found


class AwaitedEnrolment(Row):
    """A device that went out before it was enrolled: open, and asked after, until it is."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="awaited_enrolments")
    item = models.OneToOneField(HandoverItem, on_delete=models.PROTECT, related_name="awaited")
    reason = models.CharField(max_length=300)
    until = models.DateField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField("asked after next")
    reminders = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["until", "id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="lifecycle_awaited_due", condition=Q(closed_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(closed_at=None),
                name="lifecycle_enrolment_awaited_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closing_reason="")
                | Q(closed_at__isnull=False) & ~Q(closing_reason=""),
                name="lifecycle_awaited_closed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device}, to be enrolled by {self.until}"
