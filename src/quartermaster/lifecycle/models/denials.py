"""Devices of which their holder said that they do not have them."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.models import Confirmation, Device
from quartermaster.kernel.models import Row
from quartermaster.lifecycle.rules.denials import DenialState
from quartermaster.org.models import Department, Person


class Denial(Row):
    """A holder's word that they do not have a device, until it is known where it is (C-3)."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="denials")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="denials")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    confirmation = models.OneToOneField(
        Confirmation, on_delete=models.PROTECT, related_name="denial"
    )
    state = models.CharField(max_length=10, choices=DenialState.choices, default=DenialState.OPEN)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField("due")
    remind_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(
                fields=["remind_at"],
                name="lifecycle_denial_remind",
                condition=Q(remind_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(state="open"),
                name="lifecycle_one_open_denial_a_device",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | Q(
                    state__in=["reported", "moved", "explained"],
                    closed_at__isnull=False,
                    remind_at=None,
                )
                & ~Q(outcome=""),
                name="lifecycle_denial_closing_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"Where is {self.device.asset_tag}?"
