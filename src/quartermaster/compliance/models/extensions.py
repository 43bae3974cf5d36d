"""More time to put something right: who asked, how long, who decided."""

from django.db import models
from django.db.models import F, Q

from quartermaster.compliance.models.findings import Finding
from quartermaster.compliance.rules.extensions import MOST_DAYS, ExtensionState
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person


class Extension(Row):
    """The one extension of a finding's cure period that its holder may ask for (C-1)."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="extension")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField("working days")
    reason = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()
    decide_by = models.DateTimeField("to be decided by")
    state = models.CharField(
        max_length=10, choices=choices(ExtensionState), default=ExtensionState.ASKED.value
    )
    was_until = models.DateTimeField("the time was over")
    until = models.DateTimeField("the time is over", null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=values(ExtensionState)),
                name="compliance_extension_state_known",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MOST_DAYS),
                name="compliance_extension_bounded",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="compliance_extension_says_why"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="compliance_extension_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at=None, until=None)
                | Q(
                    state="granted",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    until__gt=F("was_until"),
                )
                | Q(
                    state="declined",
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    until=None,
                )
                | Q(state="lapsed", decided_by=None, decided_at__isnull=False, until=None),
                name="compliance_extension_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} days more for {self.finding}"
