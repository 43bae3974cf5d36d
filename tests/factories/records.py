"""Holds as the records custodian opens them."""

from datetime import date, datetime
from typing import Any

from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Person
from quartermaster.org.roles import Role
from quartermaster.records.actions import holds as actions
from quartermaster.records.models import Hold, HoldKeeper
from quartermaster.records.rules.holds import Terms
from tests.cast import Cast
from tests.factories.destruction import second_person

WHY = "The matter is settled"


def custodian(cast: Cast) -> Person:
    """Paul, who keeps the City's records, since long."""
    found = Person.objects.filter(number="1008").first()
    return found or second_person(cast, role=Role.CUSTODIAN, number="1008")


def paul(cast: Cast) -> Actor:
    return cast.acting(custodian(cast))


def terms(**more: Any) -> Terms:
    given = {
        "matter": "Water main at Third Street",
        "subject": "Messages and pictures about the main that broke at Third Street.",
        "reason": "Notice of claim 2026-118 was served.",
        "legal_contact": "Lee Attorney, 555-0100",
        "since": date(2026, 9, 1),
        **more,
    }
    return Terms(**given)


def held(cast: Cast, at: datetime, *people: Person, **more: Any) -> Hold:
    """A hold on these people; on Ana where none is named."""
    named = [one.id for one in people or (cast.ana,)]
    return actions.open_hold(terms=terms(**more), people=named, actor=paul(cast), at=at)


def keeper(hold: Hold, person: Person) -> HoldKeeper:
    rows = HoldKeeper.objects.select_related("hold", "terms", "person")
    return rows.get(hold=hold, person=person, released_at=None)
