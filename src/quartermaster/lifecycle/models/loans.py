"""The hot-spot pool: its hot-spots, their loans, and which day is whose (G-8)."""

from django.db import models
from django.db.models import F, Q

from quartermaster.inventory.models import Device, Line
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.models.requests import RequestItem
from quartermaster.lifecycle.rules.loans import LIVE_LOANS, WITH_BORROWER, Condition, LoanState
from quartermaster.org.models import Department, Person


class PoolHotspot(Row):
    """A hot-spot that is lent out: by ITMD to the whole city, or by a department to its own."""

    device = models.OneToOneField(Device, on_delete=models.PROTECT, related_name="pool_place")
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
    )
    home = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(
                fields=["label"], condition=Q(removed_at=None), name="lifecycle_pool_label_once"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Loan(Row):
    """A hot-spot for a person, from one day to another."""

    hotspot = models.ForeignKey(PoolHotspot, on_delete=models.PROTECT, related_name="loans")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="loans")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=300)
    starts_on = models.DateField("from")
    ends_on = models.DateField("due")
    state = models.CharField(max_length=10, choices=LoanState.choices, default=LoanState.RESERVED)
    reserved_at = models.DateTimeField()
    wake_at = models.DateTimeField("next step of the clock", null=True)
    lent_at = models.DateTimeField(null=True)
    lent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=160, blank=True)
    overdue_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    suspended_line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    suspended_at = models.DateTimeField(null=True)
    returned_to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    condition = models.CharField(max_length=10, choices=Condition.choices, blank=True)
    reset_steps = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=300, blank=True)
    item = models.ForeignKey(RequestItem, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-starts_on", "-id"]
        indexes = [
            models.Index(
                fields=["wake_at"],
                name="lifecycle_loan_wake",
                condition=Q(state__in=values(LIVE_LOANS)),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="lifecycle_loan_span_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(LIVE_LOANS), closed_at=None)
                | Q(state__in=values(set(LoanState) - LIVE_LOANS), closed_at__isnull=False),
                name="lifecycle_loan_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["lent", "overdue", "returned"])
                | (Q(lent_at__isnull=False) & ~Q(signed_name="")),
                name="lifecycle_loan_signed_for",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(condition=""),
                name="lifecycle_loan_returned_in_a_condition",
            ),
            models.CheckConstraint(
                condition=Q(suspended_at=None)
                | Q(warned_at__isnull=False, warned_at__lte=F("suspended_at")),
                name="lifecycle_loan_told_before_suspended",
            ),
            models.UniqueConstraint(
                fields=["hotspot"],
                condition=Q(state__in=values(WITH_BORROWER)),
                name="lifecycle_hotspot_lent_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hotspot} for {self.person}"


class LoanDay(Row):
    """A day on which a hot-spot is somebody's: the same day is nobody else's."""

    hotspot = models.ForeignKey(PoolHotspot, on_delete=models.PROTECT, related_name="days")
    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["hotspot", "day"], name="lifecycle_hotspot_day_booked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hotspot}, {self.day}"
