"""What becomes of open requests when people or departments change (S-3)."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.requests.moving import move
from quartermaster.lifecycle.actions.requests.telling import tell_owners, tell_people
from quartermaster.lifecycle.models import Request
from quartermaster.lifecycle.queries.requests import live, request_for_update
from quartermaster.lifecycle.request_permits import REQUEST_KEEP
from quartermaster.lifecycle.rules.requests import RequestState
from quartermaster.org.models import Department


def close_excluded(*, department_id: UUID, actor: Actor, at: datetime) -> int:
    """Close what waits for people of a department that is excluded from now on (S-3)."""
    require(actor, REQUEST_KEEP)
    department = Department.objects.get(id=department_id)
    if department.covered:
        return 0
    reason = f"{department.name} is excluded from the policy: {department.exclusion_reason}."
    rows = Request.objects.filter(person__department=department)
    return _close(rows, reason[:500], actor, at)


def close_of_person(*, person_id: UUID, actor: Actor, at: datetime) -> int:
    """Close what waits for somebody who has left (S-2)."""
    require(actor, REQUEST_KEEP)
    rows = Request.objects.filter(person_id=person_id)
    return _close(rows, "The person has left the City's service.", actor, at)


def follow_move(*, person_id: UUID, actor: Actor, at: datetime) -> int:
    """Have the coordinator of a person's new department look at what nobody decided (G-7)."""
    require(actor, REQUEST_KEEP)
    count = 0
    for key in _keys(Request.objects.filter(person_id=person_id)):
        with act(actor, at) as doing:
            request = request_for_update(key)
            place = request.person.department
            if not place.covered:
                return count + close_excluded(department_id=place.id, actor=actor, at=at)
            if request.state != RequestState.ASKED or request.department_id == place.id:
                continue
            request.department = place
            request.save(update_fields=["department"])
            doing.record("lifecycle.request.moved", request, department=place.code)
            tell_owners(request, "moved", doing)
        count += 1
    return count


def _close(rows: QuerySet[Request], reason: str, actor: Actor, at: datetime) -> int:
    keys = _keys(rows)
    for key in keys:
        with act(actor, at) as doing:
            request = request_for_update(key)
            if request.closed_at is not None:
                continue
            move(request, "withdraw", doing, closing_reason=reason)
            doing.record("lifecycle.request.withdrawn", request, reason=reason)
            tell_people(request, doing)
    return len(keys)


def _keys(rows: QuerySet[Request]) -> list[UUID]:
    return list(live(rows).order_by("asked_at").values_list("id", flat=True))
