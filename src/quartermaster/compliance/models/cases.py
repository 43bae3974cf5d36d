"""Cases: a concern on its way to a supervisor, what its holder says, what was decided."""

from django.db import models
from django.db.models import F, Q

from quartermaster.compliance.models.findings import Finding
from quartermaster.compliance.rules.cases import (
    DECIDED,
    LIVE_CASES,
    REFERRED,
    CaseState,
    Grade,
    StatementKind,
    Trigger,
)
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Department, Person


class Case(Row):
    """A referral: prepared by the house, confirmed by a person, decided by human resources."""

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="case")
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    trigger = models.CharField("why", max_length=10, choices=choices(Trigger))
    state = models.CharField(
        max_length=12, choices=choices(CaseState), default=CaseState.PREPARED.value
    )
    evidence = models.JSONField()
    evidence_digest = models.CharField(max_length=64)
    noticed_at = models.DateTimeField()
    prepared_at = models.DateTimeField()
    due_at = models.DateTimeField("due", null=True)
    wake_at = models.DateTimeField("next step of the clock", null=True)
    paused_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    referred_at = models.DateTimeField(null=True)
    supervisor = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    appeal_until = models.DateTimeField(null=True)
    appealed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-prepared_at"]
        indexes = [
            models.Index(
                fields=["wake_at"],
                name="compliance_case_wake",
                condition=Q(state__in=values(LIVE_CASES)),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=values(LIVE_CASES), closed_at=None)
                | (Q(state__in=values(set(CaseState) - LIVE_CASES)) & Q(closed_at__isnull=False)),
                name="compliance_case_closing_dated",
            ),
            models.CheckConstraint(
                condition=Q(noticed_at__lte=F("prepared_at")),
                name="compliance_case_told_first",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(REFERRED))
                | Q(confirmed_by__isnull=False, referred_at__isnull=False),
                name="compliance_case_confirmed_by_a_person",
            ),
            models.CheckConstraint(
                condition=(Q(confirmed_by=None) | ~Q(confirmed_by=F("holder")))
                & (Q(acknowledged_by=None) | ~Q(acknowledged_by=F("holder"))),
                name="compliance_case_nobody_judges_themselves",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(DECIDED))
                | Q(
                    acknowledged_at__isnull=False,
                    decided_at__isnull=False,
                    appeal_until__gt=F("decided_at"),
                ),
                name="compliance_case_decided_can_be_appealed",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None) | Q(appealed_at__lte=F("appeal_until")),
                name="compliance_case_appealed_in_time",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(due_at=None, wake_at=None),
                name="compliance_case_paused_has_no_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding.title}, {self.holder}"


class Statement(Row):
    """What a holder says, in their own words: to a finding, to a case, or as an appeal."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="statements")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="statements")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=choices(StatementKind))
    text = models.TextField(max_length=4000)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(kind=StatementKind.APPEAL.value),
                name="compliance_one_appeal_a_case",
            ),
            models.CheckConstraint(
                condition=~Q(kind=StatementKind.APPEAL.value) | Q(case__isnull=False),
                name="compliance_appeal_names_its_case",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="compliance_statement_says_it"),
        ]

    def __str__(self) -> str:
        return f"{self.author}, {self.get_kind_display().lower()}"


class Outcome(Row):
    """What human resources decided: a grade of the scale, and where their own file has it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="outcomes")
    on_appeal = models.BooleanField(default=False)
    grade = models.CharField(max_length=20, choices=choices(Grade))
    reference = models.CharField("reference in the personnel file", max_length=60, blank=True)
    reason = models.CharField(max_length=1000)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "on_appeal"], name="compliance_one_outcome_and_one_on_appeal"
            ),
            models.CheckConstraint(
                condition=Q(grade__in=values(Grade)), name="compliance_outcome_on_the_scale"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="compliance_outcome_has_reason"),
        ]

    def __str__(self) -> str:
        return self.get_grade_display()
