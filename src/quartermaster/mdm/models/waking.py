"""Which devices are to be woken, and how that went."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import LockingManager
from quartermaster.mdm.models.enrolment import Enrolment
from quartermaster.mdm.states import CANNOT_BE_WOKEN, WakeOutcome


class Wake(models.Model):
    """The waking of one enrolment. Due while ``due_at`` is set and it can be woken.

    Several things that wait for a device make one wake. ``locked_until`` is the claim of a worker;
    one that dies lets go of it by that. ``anyway``: wake it though no command waits.
    """

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, related_name="wake", primary_key=True
    )
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    anyway = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField("wakes without an answer", default=0)
    failures = models.PositiveSmallIntegerField("refusals in a row", default=0)
    locked_until = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=12,
        choices=[(item.value, item.value.capitalize()) for item in WakeOutcome],
        blank=True,
    )
    said = models.CharField("what the service said", max_length=200, blank=True)
    tried_at = models.DateTimeField(null=True)
    woken_at = models.DateTimeField(null=True)
    cannot_since = models.DateTimeField("cannot be woken since", null=True)
    objects: ClassVar[models.Manager["Wake"]] = LockingManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="mdm_wake_due",
                condition=Q(due_at__isnull=False, cannot_since=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(item.value for item in WakeOutcome)]),
                name="mdm_wake_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(cannot_since=None) & ~Q(outcome__in=sorted(CANNOT_BE_WOKEN))
                | Q(cannot_since__isnull=False, outcome__in=sorted(CANNOT_BE_WOKEN)),
                name="mdm_wake_cannot_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"wake of {self.enrolment_id}"
