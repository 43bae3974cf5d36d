"""Verbs on departments."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.actions.structure import lock, the_department
from quartermaster.org.events import DepartmentCoverageChanged
from quartermaster.org.models import Department
from quartermaster.org.permits import COVERAGE_SET, DEPARTMENT_MANAGE
from quartermaster.org.queries import departments_below
from quartermaster.org.rules.details import CoverageDecision, DepartmentDetails


def create_department(
    *, details: DepartmentDetails, parent_id: UUID | None = None, actor: Actor, at: datetime
) -> Department:
    """Add a department, covered by the policy until decided otherwise (S-3)."""
    with act(actor, at) as doing:
        require(actor, DEPARTMENT_MANAGE)
        lock()
        _free(details)
        parent = the_department(parent_id) if parent_id else None
        made = Department.objects.create(code=details.code, name=details.name, parent=parent)
        doing.record("org.department.created", made, code=made.code, name=made.name)
    return made


def change_department(
    *,
    department_id: UUID,
    details: DepartmentDetails,
    parent_id: UUID | None,
    actor: Actor,
    at: datetime,
) -> Department:
    """Change a department's code, name or place under another."""
    with act(actor, at) as doing:
        require(actor, DEPARTMENT_MANAGE)
        changed = the_department(department_id)
        _free(details, but=department_id)
        parent = the_department(parent_id) if parent_id else None
        if parent and parent.id in departments_below({changed.id}):
            raise Conflict(f"{parent.name} is a part of {changed.name}; it cannot stand above it.")
        was = {"code": changed.code, "name": changed.name, "parent": changed.parent_id}
        changed.code, changed.name, changed.parent = details.code, details.name, parent
        now = {"code": changed.code, "name": changed.name, "parent": changed.parent_id}
        if was != now:
            changed.save(update_fields=["code", "name", "parent"])
            doing.record(
                "org.department.changed",
                changed,
                **{
                    key: [_plain(was[key]), _plain(now[key])] for key in was if was[key] != now[key]
                },
            )
    return changed


def set_coverage(
    *, department_id: UUID, decision: CoverageDecision, actor: Actor, at: datetime
) -> Department:
    """Cover a department by the policy, or exclude it with the reason (S-3)."""
    with act(actor, at) as doing:
        require(actor, COVERAGE_SET)
        changed = the_department(department_id)
        if (changed.coverage, changed.exclusion_reason) == (decision.coverage, decision.reason):
            return changed
        turned = changed.coverage != decision.coverage
        changed.coverage, changed.exclusion_reason = decision.coverage, decision.reason
        changed.save(update_fields=["coverage", "exclusion_reason"])
        doing.record(
            "org.department.coverage-set",
            changed,
            coverage=decision.coverage.value,
            reason=decision.reason,
        )
        if turned:
            doing.emit(DepartmentCoverageChanged(changed.id, decision.coverage.value))
    return changed


def _plain(value: UUID | str | None) -> str | None:
    return str(value) if value is not None else None


def _free(details: DepartmentDetails, *, but: UUID | None = None) -> None:
    others = Department.objects.all()
    others = others.exclude(id=but) if but else others
    if others.filter(code=details.code).exists():
        raise Conflict(f"There is a department with the code {details.code} already.")
    if others.filter(name=details.name).exists():
        raise Conflict(f"There is a department named {details.name} already.")
