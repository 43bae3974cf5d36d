"""Leaving the city's service, and coming back."""

from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.actions.structure import lock, the_person
from quartermaster.org.events import (
    PersonReinstated,
    PersonSeparated,
    SeparationDropped,
    SeparationPlanned,
)
from quartermaster.org.models import Link, Person, RoleAssignment, Standing, User
from quartermaster.org.models.accounts import new_salt
from quartermaster.org.permits import PERSON_MANAGE
from quartermaster.org.rules.separation import has_taken_effect


def separate(*, person_id: UUID, on: date, actor: Actor, at: datetime) -> Person:
    """Separate a person on a date: at once where it has come, else when it comes (C-4)."""
    with act(actor, at) as doing:
        require(actor, PERSON_MANAGE)
        person = the_person(person_id)
        if person.standing == Standing.SEPARATED:
            raise Conflict(f"{person.name} is separated already, since {person.separated_on}.")
        if person.started_on and on < person.started_on:
            raise Conflict(f"{person.name} starts on {person.started_on} and cannot leave before.")
        person.separated_on = on
        if has_taken_effect(on, localdate(at)):
            take_leave(person, doing)
        else:
            person.save(update_fields=["separated_on"])
            plan(person, doing)
    return person


def separate_due(*, actor: Actor, at: datetime) -> int:
    """Separate those whose planned day has come; how many (C-4)."""
    with act(actor, at) as doing:
        require(actor, PERSON_MANAGE)
        lock()
        due = Person.objects.select_for_update().filter(
            standing=Standing.ACTIVE, separated_on__lte=localdate(at)
        )
        for person in due:
            take_leave(person, doing)
    return len(due)


def reinstate(*, person_id: UUID, actor: Actor, at: datetime) -> Person:
    """Take a separated person back, or drop a planned separation; roles do not come back."""
    with act(actor, at) as doing:
        require(actor, PERSON_MANAGE)
        person = the_person(person_id)
        if person.separated_on is None:
            raise Conflict(f"{person.name} is not separated.")
        person.separated_on = None
        come_back(person, doing)
    return person


def take_leave(person: Person, doing: Act) -> None:
    """Make the separation true: standing, sessions, links and roles end in the same act."""
    person.standing = Standing.SEPARATED
    person.save(update_fields=["standing", "separated_on"])
    User.objects.filter(person=person).update(session_salt=new_salt())
    Link.objects.filter(user__person=person, used_at=None, withdrawn_at=None).update(
        withdrawn_at=doing.at
    )
    ended = RoleAssignment.objects.filter(person=person, ended_at=None)
    roles = sorted(ended.values_list("role", flat=True))
    ended.update(ended_at=doing.at)
    assert person.separated_on is not None
    doing.record(
        "org.person.separated", person, on=person.separated_on.isoformat(), roles_ended=roles
    )
    doing.emit(PersonSeparated(person.id, person.separated_on))


def plan(person: Person, doing: Act) -> None:
    """Tell of the date on which an active person is going to leave, or that none is set."""
    on = person.separated_on
    doing.record(
        "org.person.separation-planned", person, on=on.isoformat() if on is not None else None
    )
    if on is not None:
        doing.emit(SeparationPlanned(person.id, on))
    else:
        doing.emit(SeparationDropped(person.id))


def come_back(person: Person, doing: Act) -> None:
    """Undo a separation, planned or true."""
    was_gone = person.standing == Standing.SEPARATED
    person.standing = Standing.ACTIVE
    person.save(update_fields=["standing", "separated_on"])
    doing.record("org.person.reinstated", person, was_separated=was_gone)
    doing.emit(PersonReinstated(person.id) if was_gone else SeparationDropped(person.id))
