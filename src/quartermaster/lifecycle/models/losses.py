"""Loss and damage: one case for one report, with what people owe to it and what they said."""

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from quartermaster.inventory.models import Device, Line
from quartermaster.kernel.models import Row
from quartermaster.lifecycle.models.requests import Request
from quartermaster.lifecycle.rules.losses import (
    FOUND,
    LIVE_LOSSES,
    MISSING,
    Intake,
    LossKind,
    LossState,
    Responsibility,
    StepKind,
    StepState,
)
from quartermaster.mdm.models import DestructiveRequest
from quartermaster.org.models import Department, Person

_DAMAGE = [
    LossState.DAMAGED,
    LossState.IN_REPAIR,
    LossState.REPAIRED,
    LossState.BEYOND_REPAIR,
]


class Loss(Row):
    """A device that is lost, stolen or damaged, from the report to its end (G-11).

    ``held_by`` had it when it was reported; that person alone may state their side.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="losses")
    held_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="losses")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=LossKind.choices)
    state = models.CharField(max_length=14, choices=LossState.choices)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    intake = models.CharField("how it was reported", max_length=6, choices=Intake.choices)
    caller_check = models.CharField("how the caller was identified", max_length=300, blank=True)
    happened_at = models.DateTimeField()
    place = models.CharField("where", max_length=200)
    story = models.TextField("what happened", max_length=4000)
    contents = models.TextField("what was on it", max_length=2000, blank=True)
    records_pending = models.BooleanField("records not transferred yet", default=False)
    lost_mode = models.CharField("lost mode", max_length=300, blank=True)
    locked = models.BooleanField("lost mode was switched on", default=False)
    erasure = models.OneToOneField(
        DestructiveRequest, null=True, on_delete=models.PROTECT, related_name="+"
    )
    erase_at = models.DateTimeField("to be asked for by itself", null=True)
    erase_asker = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    police_number = models.CharField("police report", max_length=60, blank=True)
    police_on = models.DateField(null=True)
    found_at = models.DateTimeField(null=True)
    found_where = models.CharField(max_length=200, blank=True)
    vendor = models.CharField("repaired by", max_length=120, blank=True)
    cost_cents = models.PositiveIntegerField("cost of repair", null=True)
    responsibility = models.CharField(max_length=8, choices=Responsibility.choices, blank=True)
    decision = models.CharField("why", max_length=1000, blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField("how it ended", max_length=300, blank=True)

    class Meta:
        ordering = ["-reported_at", "-id"]
        verbose_name_plural = "losses"
        indexes = [
            models.Index(
                fields=["erase_at"],
                name="lifecycle_loss_erase",
                condition=Q(erase_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state__in=sorted(LIVE_LOSSES)),
                name="lifecycle_one_live_loss_a_device",
            ),
            models.CheckConstraint(
                condition=Q(kind="damaged", state__in=_DAMAGE)
                | (Q(kind__in=["lost", "stolen"]) & ~Q(state__in=_DAMAGE)),
                name="lifecycle_loss_state_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(LIVE_LOSSES), closed_at=None)
                | (Q(state__in=sorted(set(LossState) - LIVE_LOSSES)) & Q(closed_at__isnull=False)),
                name="lifecycle_loss_closing_dated",
            ),
            models.CheckConstraint(
                condition=Q(intake__in=["self", "above"]) | ~Q(caller_check=""),
                name="lifecycle_caller_was_identified",
            ),
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(story="") & Q(happened_at__lte=F("reported_at")),
                name="lifecycle_loss_says_what_happened",
            ),
            models.CheckConstraint(
                condition=~Q(state="written_off", kind="stolen") | ~Q(police_number=""),
                name="lifecycle_stolen_has_a_police_report",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(FOUND), found_at__isnull=False)
                | (~Q(state__in=sorted(FOUND)) & Q(found_at=None)),
                name="lifecycle_found_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(erase_at=None)
                | Q(erase_asker__isnull=False, state__in=sorted(MISSING)),
                name="lifecycle_erasure_is_asked_by_a_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["erasing", "erased", "unconfirmed", "found_late"])
                | Q(erasure__isnull=False),
                name="lifecycle_erased_names_its_request",
            ),
            models.CheckConstraint(
                condition=Q(responsibility="", decided_by=None, decided_at=None, decision="")
                | Q(
                    responsibility__in=Responsibility.values,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                & ~Q(decision="")
                & ~Q(decided_by=F("held_by")),
                name="lifecycle_nobody_judges_their_own_loss",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device.asset_tag}, {self.get_kind_display().lower()}"

    @property
    def missing(self) -> bool:
        return self.state in MISSING

    @property
    def live(self) -> bool:
        return self.state in LIVE_LOSSES


class LossStep(Row):
    """What somebody owes to a case, by when; reminded of until it is done or not needed."""

    loss = models.ForeignKey(Loss, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["opened_at", "id"]
        indexes = [
            models.Index(
                fields=["remind_at"],
                name="lifecycle_step_remind",
                condition=Q(remind_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["loss", "kind", "line"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="lifecycle_step_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", done_at=None)
                | Q(state__in=["done", "called_off"], done_at__isnull=False, remind_at=None),
                name="lifecycle_step_done_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.line})" if self.line else self.get_kind_display()


class LossStatement(Row):
    """What the employee says, in their own words; never changed."""

    loss = models.ForeignKey(Loss, on_delete=models.PROTECT, related_name="statements")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="lifecycle_statement_says_it")
        ]

    def __str__(self) -> str:
        return f"{self.author}, {localdate(self.made_at)}"


class ReplacementState(models.TextChoices):
    CHOSEN = "chosen", "Chosen out of stock"
    ORDERED = "ordered", "To be ordered"
    GIVEN = "given", "Handed out"
    NONE = "none", "None needed"


class Replacement(Row):
    """What takes the place of a lost device: by what it can do, and not by its model (G-11)."""

    loss = models.OneToOneField(Loss, on_delete=models.PROTECT, related_name="replacement")
    needs = models.JSONField("what the work takes", default=list)
    state = models.CharField(max_length=8, choices=ReplacementState.choices)
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        Request, null=True, on_delete=models.PROTECT, related_name="replacements"
    )
    request_made = models.BooleanField("the request was made because of it", default=False)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["chosen", "given"], device__isnull=False)
                | (Q(state__in=["ordered", "none"], device=None) & ~Q(reason="")),
                name="lifecycle_replacement_names_device_or_reason",
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state="chosen"),
                name="lifecycle_replacement_reserved_once",
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
