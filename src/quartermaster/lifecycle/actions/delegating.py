"""Naming who stands in while one is away (G-7, G-12)."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from quartermaster.jobs.acts import act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import Delegation
from quartermaster.lifecycle.request_permits import DELEGATION_MAKE
from quartermaster.lifecycle.rules.delegations import require_apart, require_span
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import roles_in_force

LOCK = 0x4C49_4645  # delegations are few: made one at a time, so that no chain comes of two at once


def delegate(
    *,
    person_id: UUID,
    delegate_id: UUID,
    starts_on: date,
    ends_on: date,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> Delegation:
    """Have somebody see and do what waits for a person, from one day to another (G-7)."""
    with act(actor, at) as doing:
        require(actor, DELEGATION_MAKE, person_id=person_id)
        take_turn(LOCK)
        person, other = _at_work(person_id), _at_work(delegate_id)
        if person.id == other.id:
            raise InvalidInput("Nobody stands in for themselves.", field="delegate")
        require_span(starts_on, ends_on, today(at))
        _no_chain(person, other, starts_on, ends_on)
        require_apart(_roles(person, at), _roles(other, at))
        made = Delegation.objects.create(
            person=person,
            delegate=other,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason.strip()[:300],
            made_at=at,
        )
        doing.record(
            "lifecycle.delegation.made",
            made,
            person=person.number,
            delegate=other.number,
            days=[starts_on.isoformat(), ends_on.isoformat()],
        )
        post.send(
            template="lifecycle/delegations/made",
            to=other.email,
            name=other.name,
            context={"delegation": made, "link": f"{settings.WEB_URL}/waiting/"},
            key=f"delegation:{made.id}",
            actor=actor,
            at=at,
            about=made,
        )
    return made


def end_delegation(*, delegation: Delegation, actor: Actor, at: datetime) -> Delegation:
    """End a delegation before its last day (G-7)."""
    with act(actor, at) as doing:
        require(actor, DELEGATION_MAKE, person_id=delegation.person_id)
        if Delegation.objects.filter(id=delegation.id, ended_at=None).update(ended_at=at) != 1:
            raise Conflict("This delegation has ended already.")
        delegation.refresh_from_db()
        doing.record("lifecycle.delegation.ended", delegation)
    return delegation


def _at_work(person_id: UUID) -> Person:
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise NotFound("There is no such person.")
    if person.standing != Standing.ACTIVE:
        raise Conflict(f"{person.name} has left the City's service.")
    return person


def _no_chain(person: Person, other: Person, starts_on: date, ends_on: date) -> None:
    rows = Delegation.objects.filter(ended_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if rows.filter(person=person).exists():
        raise Conflict(f"Somebody stands in for {person.name} in these days already.")
    if rows.filter(person=other).exists():
        raise Conflict(f"{other.name} is away in these days, too. Name somebody who is there.")
    if rows.filter(delegate=person).exists():
        raise Conflict(
            f"{person.name} stands in for somebody in these days. What is handed on is not handed"
            " on again."
        )


def _roles(person: Person, at: datetime) -> list[str]:
    return list(roles_in_force(at).filter(person=person).values_list("role", flat=True))
