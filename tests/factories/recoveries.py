"""Recoveries on their way, for tests and samples: brought there by the house's own steps."""

from datetime import date, timedelta

from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import recoveries
from quartermaster.lifecycle.models import Recovery
from quartermaster.org.models import RoleAssignment, Standing
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO
from tests.factories.inventory import AccessoryFactory, DeviceFactory, LineFactory
from tests.factories.org import PersonFactory

HOUSE = system("lifecycle")
DAY = timedelta(days=1)


def second_administrator(cast):
    """Another administrator of ITMD, for what takes two people."""
    person = PersonFactory(given_name="Ian", family_name="Brandt", department=cast.itmd)
    RoleAssignment.objects.create(person=person, role=Role.ITMD_ADMIN, granted_at=LONG_AGO)
    return person


def equipped(person):
    """A person with a phone, a line and a hands-free kit."""
    return (
        DeviceFactory(holder=person),
        LineFactory(holder=person, status="active"),
        AccessoryFactory(holder=person),
    )


def separated(person, on):
    person.standing, person.separated_on = Standing.SEPARATED, on
    person.save()


def begun(person, at, on=None):
    """The recovery of a person who has left with what they had."""
    on = on or date(at.year, at.month, at.day)
    separated(person, on)
    return recoveries.begin_recovery(person_id=person.id, on=on, actor=HOUSE, at=at)


def announced(person, at, on=None):
    """The recovery of a person who is going to leave."""
    on = on or date(at.year, at.month, at.day) + 20 * DAY
    type(person).objects.filter(id=person.id).update(separated_on=on)
    return recoveries.announce_recovery(person_id=person.id, on=on, actor=HOUSE, at=at)


def charged(person, at, cast):
    """A recovery with one charge."""
    recovery = Recovery.objects.filter(person=person, closed_at=None).first() or begun(person, at)
    return recoveries.add_charge(
        recovery=recovery,
        title="Voice and data",
        amount_cents=4250,
        from_on=recovery.separated_on + DAY,
        until_on=recovery.separated_on + 30 * DAY,
        invoice="INV-77",
        actor=actor_for(cast.ida, at),
        at=at,
    )


def demanded(cast, at, **more):
    """A letter to Ana about what she still has; she can log in, so that pages can be tried."""
    equipped(cast.ana)
    given = {
        "recovery": begun(cast.ana, at),
        "address": "12 Lake Street\nModel City",
        "pay_until": at.date() + 14 * DAY,
        "email": "ana@home.example",
        "actor": actor_for(cast.ida, at),
        "at": at,
    }
    letter = recoveries.demand(**given | more)
    type(cast.ana).objects.filter(id=cast.ana.id).update(standing=Standing.ACTIVE)
    return letter
