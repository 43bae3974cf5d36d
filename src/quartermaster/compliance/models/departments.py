"""Findings against a department or ITMD itself, of what other rooms found in their books."""

from django.db import models
from django.db.models import Q

from quartermaster.compliance.rules.departments import DepartmentFindingState
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Department, Person


class DepartmentFinding(Row):
    """Something a department has to put right; no department: ITMD itself has to.

    ``source_kind`` and ``source_id`` name what it was found in; of one thing one is open at a time.
    """

    source_kind = models.CharField(max_length=60)
    source_id = models.UUIDField()
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
    )
    clause = models.CharField(max_length=8)
    title = models.CharField(max_length=80)
    observed = models.CharField(max_length=500)
    remedy = models.CharField(max_length=300)
    state = models.CharField(
        max_length=10,
        choices=choices(DepartmentFindingState),
        default=DepartmentFindingState.OPEN.value,
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = "finding against a department"
        verbose_name_plural = "findings against departments"
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id"],
                condition=Q(state="open"),
                name="compliance_one_open_finding_a_source",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(DepartmentFindingState)),
                name="compliance_department_finding_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False) & ~Q(closing_reason="")),
                name="compliance_department_finding_closing_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(clause=""), name="compliance_department_finding_names_its_clause"
            ),
        ]

    def __str__(self) -> str:
        return self.title
