"""Stock-taking: counts of a department's stock, and holders asked whether they have a device."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from quartermaster.inventory.models.devices import Device
from quartermaster.inventory.models.things import Accessory
from quartermaster.inventory.states import (
    Answer,
    ConfirmationState,
    CountState,
    Resolution,
    Seen,
)
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.models import Row
from quartermaster.org.models import Department, Person


class StockCount(Row):
    """One count of what a department has in stock, at a place that is named."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=CountState.choices, default=CountState.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=200)
    closed_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None, signed_at=None)
                | Q(state__in=["counted", "cancelled"], closed_at__isnull=False, signed_at=None)
                | Q(state="signed", closed_at__isnull=False, signed_at__isnull=False)
                & ~Q(signed_by=""),
                name="inventory_count_dated_as_it_stands",
            ),
            models.UniqueConstraint(
                fields=["department", "place"],
                condition=Q(state="open"),
                name="inventory_count_one_open",
            ),
        ]

    def __str__(self) -> str:
        where = f"{self.department.name}, {self.place}" if self.place else self.department.name
        return f"{where}, {written_day(localdate(self.opened_at))}"


class CountEntry(Row):
    """One thing of a count: expected, scanned, or both."""

    count = models.ForeignKey(StockCount, on_delete=models.PROTECT, related_name="entries")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="counted")
    accessory = models.ForeignKey(
        Accessory, null=True, on_delete=models.PROTECT, related_name="counted"
    )
    code = models.CharField("as scanned", max_length=80, blank=True)
    seen = models.CharField(max_length=10, choices=Seen.choices)
    whereabouts = models.CharField("on record", max_length=200, blank=True)
    scanned_at = models.DateTimeField(null=True)
    scanned_by = models.CharField(max_length=200, blank=True)
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["seen", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(device__isnull=False, accessory=None)
                | Q(device=None, accessory__isnull=False)
                | Q(device=None, accessory=None, seen="unknown") & ~Q(code=""),
                name="inventory_entry_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(seen__in=["expected", "missing"], scanned_at=None)
                | Q(seen__in=["found", "unexpected", "unknown"], scanned_at__isnull=False),
                name="inventory_entry_scanned_as_seen",
            ),
            models.CheckConstraint(
                condition=Q(resolution="", resolved_at=None)
                | Q(
                    resolution__in=Resolution.values,
                    resolved_at__isnull=False,
                    seen__in=["missing", "unexpected", "unknown"],
                ),
                name="inventory_entry_resolved_if_different",
            ),
            models.UniqueConstraint(
                fields=["count", "device"],
                condition=Q(device__isnull=False),
                name="inventory_entry_device_once",
            ),
            models.UniqueConstraint(
                fields=["count", "accessory"],
                condition=Q(accessory__isnull=False),
                name="inventory_entry_accessory_once",
            ),
            models.UniqueConstraint(
                fields=["count", "code"],
                condition=Q(seen="unknown"),
                name="inventory_entry_unknown_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.device or self.accessory or self.code)


class Confirmation(Row):
    """A holder asked whether they have a device, and what they said."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="confirmations")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8, choices=ConfirmationState.choices, default=ConfirmationState.ASKED
    )
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    due_at = models.DateTimeField("next step", null=True)
    attempts = models.PositiveSmallIntegerField("reminders", default=0)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(due_at__isnull=False), name="inventory_confirm_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False, due_at=None)
                & ~Q(answer="")
                | Q(state__in=["asked", "overdue"], answered_at=None, answer="")
                | Q(state="moot", answered_at=None, answer="", due_at=None),
                name="inventory_confirm_answered_as_it_stands",
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state__in=["asked", "overdue"]),
                name="inventory_confirm_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"Do you have {self.device}?"
