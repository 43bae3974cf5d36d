"""Reads of findings against departments."""

from django.db.models import QuerySet

from quartermaster.compliance.department_permits import DEPARTMENT_FINDING_VIEW
from quartermaster.compliance.models import DepartmentFinding
from quartermaster.kernel.permits import Actor, reach


def department_findings_visible_to(actor: Actor) -> QuerySet[DepartmentFinding]:
    """The findings that the actor may see: a coordinator, those against their department (G-12)."""
    rows = DepartmentFinding.objects.select_related("department", "closed_by")
    extent = reach(actor, DEPARTMENT_FINDING_VIEW)
    return rows if extent.everything else rows.filter(department_id__in=extent.departments)
