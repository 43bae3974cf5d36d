"""Who leaves the demo city: one is going to, one has left and was written to."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from quartermaster.cli.demo import city
from quartermaster.inventory.models import Device
from quartermaster.jobs import outbox
from quartermaster.kernel.permits import system
from quartermaster.lifecycle import recovery_schedule as schedule
from quartermaster.lifecycle.actions import recoveries
from quartermaster.lifecycle.models import Recovery
from quartermaster.org.actions import separate
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import actor_for, people_with_role
from quartermaster.org.roles import Role

HOUSE = system("the demo")
DAY = timedelta(days=1)


def leave(at: datetime) -> None:
    """One person's last day is in two weeks; another left three weeks ago and kept a phone."""
    soon, gone = _with_phones()
    separate(person_id=soon.id, on=localdate(at + 14 * DAY), actor=HOUSE, at=at)
    then = at - 21 * DAY
    separate(person_id=gone.id, on=localdate(then), actor=HOUSE, at=then)
    outbox.deliver_due(at)
    schedule.follow_recoveries(then)
    case = Recovery.objects.get(person=gone)
    administrator = people_with_role(Role.ITMD_ADMIN, at).order_by("number").first()
    assert administrator is not None  # the demo city has one
    ida = actor_for(administrator, at)
    recoveries.add_charge(
        recovery=case,
        title="Voice and data after the last day",
        amount_cents=4250,
        from_on=localdate(then),
        until_on=localdate(then + 20 * DAY),
        invoice="LW-2026-118",
        actor=HOUSE,
        at=at,
    )
    phone = case.items.filter(kind="device").first()
    if phone is not None:
        recoveries.set_value(item=phone, value_cents=39900, actor=ida, at=at)
    recoveries.demand(
        recovery=case,
        address="118 Harbor Street\nModel City",
        pay_until=localdate(at + 14 * DAY),
        actor=ida,
        at=at,
    )


def _with_phones() -> tuple[Person, Person]:
    """Two people of covered departments, none of whom logs in, who hold City phones."""
    known = [login.number for login in city.LOGINS]
    held = Device.objects.filter(holder__isnull=False, ownership="city", device_class="smartphone")
    people = Person.objects.filter(
        id__in=held.values("holder_id"), standing=Standing.ACTIVE, department__coverage="covered"
    ).exclude(number__in=known)
    last = people.order_by("-number")[:2]
    return last[0], last[1]
