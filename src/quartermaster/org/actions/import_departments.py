"""Importing departments: the whole file, or nothing."""

from datetime import datetime

from django.db.models import CharField
from django.db.models.functions import Cast

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.imports import Encoding, Plan, Step, Verb, read_csv
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.actions.structure import lock
from quartermaster.org.events import DepartmentCoverageChanged
from quartermaster.org.imports.departments import DepartmentRow, plan_of
from quartermaster.org.models import Department
from quartermaster.org.permits import PEOPLE_IMPORT


def plan_departments(
    *, content: bytes, encoding: Encoding = Encoding.DETECT, actor: Actor
) -> Plan[DepartmentRow]:
    """What importing this file would change; changes nothing."""
    require(actor, PEOPLE_IMPORT)
    return plan_of(read_csv(content, encoding=encoding))


def import_departments(
    *,
    content: bytes,
    encoding: Encoding = Encoding.DETECT,
    shown: str | None = None,
    actor: Actor,
    at: datetime,
) -> Plan[DepartmentRow]:
    """Create and change departments and their coverage (S-3) as the file says."""
    with act(actor, at) as doing:
        require(actor, PEOPLE_IMPORT)
        table = read_csv(content, encoding=encoding)
        lock()
        plan = plan_of(table)
        plan.require_applicable(shown=shown)
        held = {item.code: item for item in Department.objects.select_for_update()}
        _park_names(plan)
        held |= _create(plan)
        parents = [step for step in plan.steps if _apply(step, held, doing)]
        for step in parents:  # only now does every parent exist
            _place(step, held)
        if not plan.changes_nothing:
            doing.record_about(
                "org.departments.imported",
                "org.department",
                plan.digest,
                **{verb.value: count for verb, count in plan.counts.items()},
            )
    return plan


def _park_names(plan: Plan[DepartmentRow]) -> None:
    """Free the names that change hands, so that two departments may exchange theirs."""
    codes = [s.key for s in plan.of(Verb.UPDATE) if any(c.field == "name" for c in s.changes)]
    Department.objects.filter(code__in=codes).update(name=Cast("id", CharField()))


def _create(plan: Plan[DepartmentRow]) -> dict[str, Department]:
    made = [
        Department(
            code=step.key,
            name=step.row.value.name,
            coverage=step.row.value.coverage,
            exclusion_reason=step.row.value.exclusion_reason,
        )
        for step in plan.of(Verb.CREATE)
        if step.row is not None
    ]
    Department.objects.bulk_create(made)
    return {item.code: item for item in made}


def _apply(step: Step[DepartmentRow], held: dict[str, Department], doing: Act) -> bool:
    """Write one step, apart from the parent; whether there is anything to write."""
    if step.row is None or step.verb not in {Verb.CREATE, Verb.UPDATE}:
        return False
    department, row = held[step.key], step.row.value
    fields = [change.field for change in step.changes]
    if step.verb is Verb.CREATE:
        doing.record("org.department.created", department, code=row.code, name=row.name)
    else:
        for name in set(fields) - {"parent"}:
            setattr(department, name, getattr(row, name))
        department.save(update_fields=sorted(set(fields) - {"parent"}))
        doing.record("org.department.changed", department, fields=fields)
    if "coverage" in fields and (step.verb is Verb.UPDATE or row.exclusion_reason):
        doing.emit(DepartmentCoverageChanged(department.id, row.coverage.value))
    return "parent" in fields


def _place(step: Step[DepartmentRow], held: dict[str, Department]) -> None:
    assert step.row is not None
    parent = step.row.value.parent
    department = held[step.key]
    department.parent = held[parent] if parent else None
    department.save(update_fields=["parent"])
