"""Recoveries: what a person who leaves still has, what came on the bill since, and the letters."""

from django.db import models
from django.db.models import F, Q

from quartermaster.files.models import StoredFile
from quartermaster.inventory.models import Accessory, Device, Line
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.lifecycle.rules.recoveries import (
    BEGUN,
    LIVE_RECOVERIES,
    STILL_OWED,
    ItemKind,
    OwedState,
    RecoveryState,
    StepKind,
)
from quartermaster.org.models import Department, Person


class Recovery(Row):
    """The case of one person who leaves; one at a time (C-4)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recoveries")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=14, choices=choices(RecoveryState))
    separated_on = models.DateField("last day")
    opened_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    demanded_at = models.DateTimeField(null=True)
    pay_until = models.DateField("to be answered by", null=True)
    handed_over_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        verbose_name_plural = "recoveries"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(closed_at=None),
                name="lifecycle_one_live_recovery_a_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(LIVE_RECOVERIES), closed_at=None)
                | Q(
                    state__in=[RecoveryState.CLOSED.value, RecoveryState.CANCELLED.value],
                    closed_at__isnull=False,
                ),
                name="lifecycle_recovery_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(BEGUN)) | Q(begun_at__isnull=False),
                name="lifecycle_recovery_begun_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RecoveryState.DEMANDED, RecoveryState.WITH_ATTORNEY])
                | Q(demanded_at__isnull=False, pay_until__isnull=False),
                name="lifecycle_recovery_demanded_first",
            ),
            models.CheckConstraint(
                condition=~Q(state=RecoveryState.WITH_ATTORNEY) | Q(handed_over_at__isnull=False),
                name="lifecycle_recovery_hand_over_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"Recovery from {self.person}"


class Owed(Row):
    """What things and charges share: whether it is settled, or let go by two people."""

    state = models.CharField(max_length=14, choices=choices(OwedState), default=OwedState.DUE.value)
    asked_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=values(STILL_OWED), settled_at=None)
                | (
                    Q(state__in=[OwedState.SETTLED.value, OwedState.LET_GO.value])
                    & Q(settled_at__isnull=False)
                ),
                name="lifecycle_%(class)s_settling_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=OwedState.LET_GO_ASKED) | Q(asked_by__isnull=False),
                name="lifecycle_%(class)s_asked_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=OwedState.LET_GO)
                | (
                    Q(asked_by__isnull=False, agreed_by__isnull=False) & ~Q(asked_by=F("agreed_by"))
                ),
                name="lifecycle_%(class)s_let_go_by_two",
            ),
        ]

    @property
    def owed(self) -> bool:
        return self.state in STILL_OWED


class RecoveryItem(Owed):
    """One thing that is due."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=choices(ItemKind))
    device = models.ForeignKey(
        Device, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    line = models.ForeignKey(
        Line, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accessory = models.ForeignKey(
        Accessory, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=200)
    value_cents = models.PositiveBigIntegerField("value in cents", null=True, blank=True)

    class Meta(Owed.Meta):
        ordering = ["id"]
        constraints = [
            *Owed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    kind__in=["device", "personal"],
                    device__isnull=False,
                    line=None,
                    accessory=None,
                )
                | Q(kind="line", device=None, line__isnull=False, accessory=None)
                | Q(kind="accessory", device=None, line=None, accessory__isnull=False)
                | Q(kind="records", device=None, line=None, accessory=None),
                name="lifecycle_recovery_item_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["recovery", "kind", "device", "line", "accessory"],
                nulls_distinct=False,
                name="lifecycle_recovery_item_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["accessory", "records", "personal"])
                | ~Q(state__in=[OwedState.LET_GO, OwedState.LET_GO_ASKED]),
                name="lifecycle_recovery_no_device_or_line_let_go",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RecoveryCharge(Owed):
    """An amount that was incurred after the last day, by hand or from an invoice."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="charges")
    line = models.ForeignKey(
        Line, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=200)
    invoice = models.CharField(max_length=60, blank=True)
    from_on = models.DateField("from")
    until_on = models.DateField("until")
    amount_cents = models.PositiveBigIntegerField("amount in cents")
    source = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField()

    class Meta(Owed.Meta):
        ordering = ["from_on", "id"]
        constraints = [
            *Owed.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="lifecycle_recovery_charge_is_something"
            ),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="lifecycle_recovery_charge_in_order"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=~Q(source=""),
                name="lifecycle_recovery_charge_comes_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RecoveryStep(Row):
    """What the clock does about a recovery or one of its things: once, with what came of it."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="steps")
    item = models.ForeignKey(
        RecoveryItem, null=True, on_delete=models.PROTECT, related_name="steps"
    )
    kind = models.CharField(max_length=10, choices=choices(StepKind))
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="lifecycle_recovery_step_due", condition=Q(done_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recovery", "item", "kind"],
                condition=Q(done_at=None),
                nulls_distinct=False,
                name="lifecycle_recovery_step_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | ~Q(outcome=""),
                name="lifecycle_recovery_step_says_what_came_of_it",
            ),
        ]

    def __str__(self) -> str:
        return StepKind(self.kind).label


class LetterKind(models.TextChoices):
    DEMAND = "demand", "Demand letter"
    PACKAGE = "package", "Package for the City Attorney"


class RecoveryLetter(Row):
    """A letter or package that left the house, as it was made."""

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=8, choices=LetterKind.choices)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    address = models.CharField("postal address", max_length=300, blank=True)
    email = models.EmailField("private e-mail", max_length=254, blank=True)
    total_cents = models.PositiveBigIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return self.name
