"""Evaluations as they stand, findings with their story."""

from django.db import models
from django.db.models import Q

from quartermaster.compliance.models.faults import Fault
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.compliance.rules.outcome import Severity, State
from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.org.models import Person
from quartermaster.policy.models import PolicyVersion


class Evaluation(models.Model):
    """The present outcome of one check on one device, and since when it has been so."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="evaluations")
    check_name = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    clause = models.CharField(max_length=8)
    state = models.CharField(
        max_length=16, choices=[(s.value, s.value.capitalize()) for s in State]
    )
    severity = models.CharField(
        max_length=10, choices=[(s.value, s.value.capitalize()) for s in Severity]
    )
    expected = models.CharField(max_length=500)
    observed = models.CharField(max_length=500)
    remedy = models.CharField(max_length=300)
    source = models.CharField(max_length=60, blank=True)
    observed_at = models.DateTimeField(null=True)
    answerable = models.BooleanField(default=True)
    since = models.DateTimeField()
    evaluated_at = models.DateTimeField()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "check_name"], name="compliance_one_outcome_a_check"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]),
                name="compliance_evaluation_state_known",
            ),
        ]


class Finding(Row):
    """Something that is not as the policy asks, from when it was seen until it is settled."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="findings")
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="findings")
    policy_version = models.ForeignKey(
        PolicyVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    check_name = models.CharField("check", max_length=40)
    title = models.CharField(max_length=60)
    clause = models.CharField(max_length=8)
    severity = models.CharField(
        max_length=10, choices=[(s.value, s.value.capitalize()) for s in Severity]
    )
    expected = models.CharField(max_length=500)
    observed = models.CharField(max_length=500)
    remedy = models.CharField(max_length=300)
    source = models.CharField(max_length=60, blank=True)
    observed_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value.capitalize()) for s in FindingState],
        default=FindingState.OPEN,
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField("next step", null=True)
    noticed_at = models.DateTimeField(null=True)
    cure_until = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=300, blank=True)
    fault = models.ForeignKey(
        Fault,
        null=True,
        on_delete=models.PROTECT,
        related_name="findings",
        verbose_name="our fault",
    )

    class Meta:
        ordering = ["-opened_at"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="compliance_finding_due",
                condition=Q(state__in=sorted(LIVE)),
            ),
            models.Index(
                fields=["-opened_at"],
                name="compliance_finding_live_newest",
                condition=Q(state__in=sorted(LIVE)),
            ),
            models.Index(fields=["-opened_at"], name="compliance_finding_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "check_name"],
                condition=Q(state__in=sorted(LIVE)),
                name="compliance_one_live_finding_a_check",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(LIVE), closed_at=None)
                | (Q(state__in=sorted(set(FindingState) - LIVE)) & Q(closed_at__isnull=False)),
                name="compliance_finding_closing_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["noticed", "overdue"])
                | Q(noticed_at__isnull=False, cure_until__isnull=False),
                name="compliance_noticed_finding_has_cure_period",
            ),
            models.CheckConstraint(
                condition=~Q(clause=""), name="compliance_finding_names_its_clause"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.device}"
