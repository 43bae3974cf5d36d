"""Faults of the house's own: which check was wrong, from when to when, who says so."""

from django.db import models
from django.db.models import F, Q

from quartermaster.compliance.rules.faults import FaultState
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person


class Fault(Row):
    """A check that was wrong for a time; what it found is taken back by two people (C-1)."""

    check_name = models.CharField("check", max_length=40)
    title = models.CharField(max_length=60)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    named_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=choices(FaultState), default=FaultState.NAMED.value
    )
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-named_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=values(FaultState)), name="compliance_fault_state_known"
            ),
            models.CheckConstraint(
                condition=Q(since__lt=F("until"), until__lte=F("named_at")),
                name="compliance_fault_in_the_past",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="compliance_fault_says_why"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("named_by")),
                name="compliance_fault_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(state="named", decided_by=None, decided_at=None)
                | (~Q(state="named") & Q(decided_by__isnull=False) & Q(decided_at__isnull=False)),
                name="compliance_fault_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.reason}"
