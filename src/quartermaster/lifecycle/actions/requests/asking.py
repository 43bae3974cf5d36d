"""Asking for equipment, and taking it back."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.requests.moving import move, term
from quartermaster.lifecycle.actions.requests.telling import tell_owners, tell_people
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import Request, RequestItem
from quartermaster.lifecycle.queries.coverage import require_at_work, require_served
from quartermaster.lifecycle.queries.requests import request_for_update
from quartermaster.lifecycle.request_permits import REQUEST_ASK
from quartermaster.lifecycle.rules.details import RequestDetails
from quartermaster.lifecycle.rules.requests import RequestState
from quartermaster.org.models import Person

MOST_OPEN = 20


def ask(*, person_id: UUID, details: RequestDetails, actor: Actor, at: datetime) -> Request:
    """Ask for equipment for oneself or for somebody, by need and not by model (G-7, G-8, G-6).

    Raises:
        DepartmentExcluded: ITMD does not serve the person's department (S-3).
    """
    with act(actor, at) as doing:
        person = _the_person(person_id)
        require(actor, REQUEST_ASK, person_id=person.id, department_id=person.department_id)
        if actor.person_id is None:
            raise Refused("A person asks, and is named; the house does not.")
        return _make(person, actor.person_id, details, doing)


def make_request(*, person_id: UUID, details: RequestDetails, doing: Act) -> Request:
    """Ask in somebody's name for what they need by no will of theirs, such as after a loss."""
    person = _the_person(person_id)
    return _make(person, person.id, details, doing)


def _make(person: Person, asker_id: UUID, details: RequestDetails, doing: Act) -> Request:
    at = doing.at
    require_at_work(person)
    require_served(person.department)
    if details.wanted_from < today(at):
        raise InvalidInput("That day is over.", field="wanted_from")
    if Request.objects.filter(person=person, closed_at=None).count() >= MOST_OPEN:
        raise Conflict(f"{person.name} has {MOST_OPEN} open requests already.")
    made = Request.objects.create(
        person=person,
        asker_id=asker_id,
        department=person.department,
        need=details.need,
        wanted_from=details.wanted_from,
        asked_at=at,
        **term(RequestState.ASKED, at),
    )
    RequestItem.objects.bulk_create(
        RequestItem(request=made, place=place, **item.values())
        for place, item in enumerate(details.items, 1)
    )
    doing.record(
        "lifecycle.request.asked",
        made,
        person=person.number,
        items=[str(item) for item in made.items.order_by("place")],
    )
    tell_people(made, doing)
    tell_owners(made, "due", doing)
    return made


def withdraw(*, request: Request, reason: str, actor: Actor, at: datetime) -> Request:
    """Take a request back: whose it is, who asked, or who may ask for them (G-7)."""
    with act(actor, at) as doing:
        locked = request_for_update(request.id)
        place = {"person_id": locked.person_id, "department_id": locked.department_id}
        if actor.person_id != locked.asker_id or actor.person_id is None:
            require(actor, REQUEST_ASK, **place)
        why = said(reason, "Say why it is withdrawn", 500)
        move(locked, "withdraw", doing, closing_reason=why)
        doing.record("lifecycle.request.withdrawn", locked, reason=why)
        tell_people(locked, doing)
    return locked


def may_ask_for(actor: Actor, person: Person) -> bool:
    """Whether the actor may ask for this person at all."""
    extent = reach(actor, REQUEST_ASK)
    return extent.covers(person_id=person.id, department_id=person.department_id)


def _the_person(person_id: UUID) -> Person:
    people = Person.objects.select_for_update(of=("self",)).select_related("department")
    person = people.filter(id=person_id).first()
    if person is None:
        raise NotFound("There is no such person.")
    return person
