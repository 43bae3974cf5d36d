"""A hot-spot pool, and loans out of it, for tests."""

from datetime import timedelta

from django.utils.timezone import localdate

from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import loans
from quartermaster.lifecycle.models import PoolHotspot
from quartermaster.lifecycle.rules.loans import RESET_STEPS, Condition
from quartermaster.org.queries import actor_for
from tests.factories.inventory import HotspotFactory, LineFactory, SimFactory

HOUSE = system("test")
DAY = timedelta(days=1)
EVERY_STEP = tuple(RESET_STEPS)


def hotspot(cast, at, *, department=None, label=None, with_line=True):
    """A hot-spot of the pool with a line in it."""
    device = HotspotFactory(department=cast.itmd)
    if with_line:
        SimFactory(device=device, line=LineFactory(department=cast.itmd))
    number = PoolHotspot.objects.count() + 1
    return loans.add_to_pool(
        device_id=device.id,
        label=label or f"Mi-Fi {number}",
        department_id=department.id if department else None,
        actor=HOUSE,
        at=at,
    )


def reserved(cast, at, *, person=None, first=0, last=2, actor=None, **more):
    person = person or cast.ana
    return loans.reserve_hotspot(
        person_id=person.id,
        starts_on=localdate(at + first * DAY),
        ends_on=localdate(at + last * DAY),
        purpose="A street festival.",
        actor=actor_for(actor or person, at),
        at=at,
        **more,
    )


def lent(cast, at, *, person=None, by=None, **more):
    loan = reserved(cast, at, person=person, **more)
    return loans.lend(
        loan=loan, signed_name=loan.person.name, actor=actor_for(by or cast.ida, at), at=at
    )


def returned(cast, loan, at, condition=Condition.GOOD):
    return loans.give_back(
        loan=loan,
        condition=condition,
        reset_steps=EVERY_STEP,
        actor=actor_for(cast.ida, at),
        at=at,
    )
