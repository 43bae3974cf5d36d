"""Exceptions: for a time, for someone, less of one setting; asked by one, approved by another."""

from datetime import datetime
from typing import Any
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, Permit, require
from quartermaster.org.models import Department, Person
from quartermaster.org.roles import Role
from quartermaster.policy import queries
from quartermaster.policy.events import RequirementsChanged
from quartermaster.policy.models import ExceptionScope, RequirementException
from quartermaster.policy.permits import EXCEPTION_DECIDE, EXCEPTION_REQUEST
from quartermaster.policy.requirements import CATALOGUE, parse_value
from quartermaster.policy.rules.requirements import (
    EXCEPTION,
    SECURITY_APPROVER_DECIDES,
    ExceptionState,
    check_laxer,
    check_period,
)


def request_exception(
    *,
    setting: str,
    value: Any,
    ownership: str,
    department_id: UUID,
    person_id: UUID | None = None,
    device_id: UUID | None = None,
    subject_label: str = "",
    reason: str,
    compensation: str = "",
    expires_at: datetime,
    actor: Actor,
    at: datetime,
) -> RequirementException:
    """Ask that less of one setting be required of someone, for a time (G-3, G-10)."""
    with act(actor, at) as doing:
        # whose a device is, only a room above knows: for a device the department must be in reach
        own = None if device_id else person_id
        require(actor, EXCEPTION_REQUEST, person_id=own, department_id=department_id)
        assert actor.person_id is not None  # the permit is given to people alone
        label = _label(department_id, person_id)
        canonical = parse_value(setting, value, "The exception")
        check_period(at, expires_at)
        if not reason.strip():
            raise InvalidInput("Give the reason for the exception.")
        required = queries.effective_requirements(department_id, ownership).requirements
        check_laxer(required, setting, canonical)
        item = RequirementException.objects.create(
            setting=setting,
            value=CATALOGUE[setting].order.plain(canonical),
            scope=_scope(person_id, device_id),
            department_id=department_id,
            person_id=person_id,
            device_id=device_id,
            subject_label=subject_label.strip()[:200] or label,
            reason=reason.strip()[:500],
            compensation=compensation.strip()[:500],
            state=EXCEPTION.initial,
            requested_by_id=actor.person_id,
            requested_at=at,
            expires_at=expires_at,
        )
        doing.record(
            "policy.exception.requested",
            item,
            setting=setting,
            value=item.value,
            scope=item.scope,
            expires_at=expires_at.isoformat(),
        )
    return item


def approve_exception(*, exception_id: UUID, actor: Actor, at: datetime) -> RequirementException:
    """Approve an exception that somebody else asked for (G-3, G-10)."""
    with act(actor, at) as doing:
        item = _decidable(exception_id, actor)
        if item.setting in SECURITY_APPROVER_DECIDES and not actor.holds(Role.SECURITY_APPROVER):
            raise Refused(
                f"Only a security approver may except anyone from “{_title(item)}”.",
                setting=item.setting,
            )
        if item.expires_at <= at:
            raise Conflict("The time that was asked for is over already; decline the exception.")
        _move(item, "approve", decided_by_id=actor.person_id, decided_at=at)
        _tell(doing, item, "policy.exception.approved")
    return item


def decline_exception(*, exception_id: UUID, actor: Actor, at: datetime) -> RequirementException:
    """Decline an exception that somebody else asked for (G-3, G-10)."""
    with act(actor, at) as doing:
        item = _decidable(exception_id, actor)
        _move(item, "decline", decided_by_id=actor.person_id, decided_at=at)
        doing.record("policy.exception.declined", item, setting=item.setting)
    return item


def withdraw_exception(*, exception_id: UUID, actor: Actor, at: datetime) -> RequirementException:
    """Take back an exception that one asked for oneself (G-3, G-10)."""
    with act(actor, at) as doing:
        item = _found(exception_id)
        if item.requested_by_id != actor.person_id:
            raise Refused("Only who asked for an exception can take it back.")
        _move(item, "withdraw", ended_at=at)
        doing.record("policy.exception.withdrawn", item, setting=item.setting)
    return item


def end_exception(*, exception_id: UUID, actor: Actor, at: datetime) -> RequirementException:
    """End an exception before its time (G-3, G-10)."""
    with act(actor, at) as doing:
        require(actor, EXCEPTION_DECIDE)
        item = _found(exception_id)
        _move(item, "end", ended_at=at)
        _tell(doing, item, "policy.exception.ended")
    return item


def end_what_is_over(*, actor: Actor, at: datetime) -> int:
    """End the exceptions whose time is over, and let requests lapse that nobody decided (G-10)."""
    rows = RequirementException.objects.filter(
        state__in=[ExceptionState.IN_FORCE, ExceptionState.REQUESTED], expires_at__lte=at
    ).order_by("expires_at")
    for item in rows:
        with act(actor, at) as doing:
            if item.state == ExceptionState.IN_FORCE:
                _move(item, "expire", ended_at=at)
                _tell(doing, item, "policy.exception.expired")
            else:
                _move(item, "lapse", ended_at=at)
                doing.record("policy.exception.lapsed", item, setting=item.setting)
    return len(rows)


def _scope(person_id: UUID | None, device_id: UUID | None) -> ExceptionScope:
    if device_id is not None:
        return ExceptionScope.DEVICE
    return ExceptionScope.DEPARTMENT if person_id is None else ExceptionScope.PERSON


def _label(department_id: UUID, person_id: UUID | None) -> str:
    if person_id is None:
        return str(Department.objects.get(id=department_id))
    person = Person.objects.filter(id=person_id, department_id=department_id).first()
    if person is None:
        raise InvalidInput("This person does not belong to the department named.")
    return person.name


def _title(item: RequirementException) -> str:
    return CATALOGUE[item.setting].title


def _found(exception_id: UUID) -> RequirementException:
    item = RequirementException.objects.filter(id=exception_id).first()
    if item is None:
        raise NotFound("There is no such exception.")
    return item


def _decidable(
    exception_id: UUID, actor: Actor, permit: Permit = EXCEPTION_DECIDE
) -> RequirementException:
    require(actor, permit)
    item = _found(exception_id)
    if actor.person_id is None or item.requested_by_id == actor.person_id:
        raise Refused("Somebody other than who asked for this exception must decide on it.")
    return item


def _move(item: RequirementException, verb: str, **values: Any) -> None:
    target = EXCEPTION.target(verb, ExceptionState(item.state))
    moved = RequirementException.objects.filter(id=item.id, state=item.state).update(
        state=target, **values
    )
    if moved != 1:
        raise Conflict("Somebody else decided this exception just now; look at it again.")
    item.refresh_from_db()


def _tell(doing: Act, item: RequirementException, tag: str) -> None:
    doing.record(tag, item, setting=item.setting, label=item.subject_label)
    doing.emit(RequirementsChanged(department_ids=(item.department_id,)))
