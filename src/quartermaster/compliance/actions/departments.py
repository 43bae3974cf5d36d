"""Opening and closing findings against departments; their coordinator, or ITMD, is told once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings

from quartermaster.compliance.department_permits import (
    DEPARTMENT_FINDING_KEEP,
    DEPARTMENT_FINDING_WITHDRAW,
)
from quartermaster.compliance.models import DepartmentFinding
from quartermaster.compliance.rules.departments import (
    DEPARTMENT_FINDING,
    DepartmentFindingState,
)
from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.notify import actions as post
from quartermaster.org.models import Person
from quartermaster.org.queries import coordinators_of, people_with_role
from quartermaster.org.roles import Role


def open_department_finding(
    *,
    source_kind: str,
    source_id: UUID,
    department_id: UUID | None,
    clause: str,
    title: str,
    observed: str,
    remedy: str,
    actor: Actor,
    at: datetime,
) -> DepartmentFinding:
    """Open a finding against a department, or (none) against ITMD; the same once (G-12, G-9).

    What is known of the same thing is renewed where it is open.
    """
    with act(actor, at) as doing:
        require(actor, DEPARTMENT_FINDING_KEEP)
        take_turn(source_id.int % 2**63)
        values = {
            "department_id": department_id,
            "observed": observed[:500],
            "title": title[:80],
            "remedy": remedy[:300],
        }
        row = _open(source_kind, source_id)
        if row is not None:
            DepartmentFinding.objects.filter(id=row.id).update(**values)
            row.refresh_from_db()
            return row
        made = DepartmentFinding.objects.create(
            source_kind=source_kind,
            source_id=source_id,
            clause=clause,
            opened_at=at,
            **values,
        )
        doing.record("compliance.department.opened", made, clause=clause, observed=made.observed)
        _tell(made, doing)
    return made


def settle_department_finding(
    *, source_kind: str, source_id: UUID, reason: str, actor: Actor, at: datetime
) -> None:
    """Close what is put right, where it is open (G-12, G-9)."""
    with act(actor, at) as doing:
        require(actor, DEPARTMENT_FINDING_KEEP)
        row = _open(source_kind, source_id)
        if row is not None:
            _move(row, "settle", reason, doing)


def withdraw_department_finding(
    *, finding: DepartmentFinding, reason: str, actor: Actor, at: datetime
) -> DepartmentFinding:
    """Withdraw a finding that is wrong, with the reason (C-1)."""
    with act(actor, at) as doing:
        require(actor, DEPARTMENT_FINDING_WITHDRAW)
        _move(finding, "withdraw", said(reason, "Say why it is wrong"), doing)
    return finding


def _open(source_kind: str, source_id: UUID) -> DepartmentFinding | None:
    rows = DepartmentFinding.objects.select_for_update(of=("self",)).filter(
        source_kind=source_kind, source_id=source_id, state=DepartmentFindingState.OPEN.value
    )
    return rows.first()


def _move(row: DepartmentFinding, verb: str, reason: str, doing: Act) -> None:
    step = DEPARTMENT_FINDING.transitions[verb]
    rows = DepartmentFinding.objects.filter(id=row.id, state__in=sorted(step.sources))
    changed = rows.update(
        state=step.target.value,
        closed_at=doing.at,
        closed_by_id=doing.actor.person_id,
        closing_reason=reason[:300],
    )
    if changed != 1:
        row.refresh_from_db()
        DEPARTMENT_FINDING.target(verb, DepartmentFindingState(row.state))
        raise Conflict("The finding changed at the same time; try again.")
    row.refresh_from_db()
    doing.record(f"compliance.department.{row.state}", row, reason=row.closing_reason)


def _tell(row: DepartmentFinding, doing: Act) -> None:
    for person in _whom(row, doing.at):
        post.send(
            template="compliance/notices/department",
            to=person.email,
            name=person.name,
            context={
                "finding": row,
                "link": f"{settings.WEB_URL}/findings/departments/{row.id}/",
            },
            key=f"compliance.department/{row.id}/{person.id}",
            about=row,
            actor=doing.actor,
            at=doing.at,
        )


def _whom(row: DepartmentFinding, at: datetime) -> Iterable[Person]:
    """The department's coordinators; ITMD where there is none, and of what is its own."""
    told = list(coordinators_of(row.department_id, at)) if row.department_id else []
    return told or list(people_with_role(Role.ITMD_ADMIN, at))
