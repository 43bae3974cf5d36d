"""Requests on their way, for tests: brought there by the house's own steps."""

from datetime import timedelta

from quartermaster.lifecycle.actions import requests
from quartermaster.lifecycle.actions.requests import TO_ORDER, Supply
from quartermaster.lifecycle.rules.details import ItemDetails, RequestDetails
from quartermaster.lifecycle.rules.second import SecondDetails
from quartermaster.org.models import RoleAssignment
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO
from tests.factories.inventory import DeviceFactory, DeviceModelFactory, LineFactory, SimFactory
from tests.factories.org import PersonFactory

DAY = timedelta(days=1)
PHONE = {"kind": "device", "device_class": "smartphone"}
KIT = {"kind": "accessory", "accessory_kind": "hands_free"}
LINE = {"kind": "line"}
NEED = "Meter readings are entered in the field."


def details(at, *items, need=NEED):
    return RequestDetails.of(
        need=need,
        wanted_from=(at + DAY).date(),
        items=[ItemDetails.of(**item) for item in items or (PHONE,)],
    )


def asked(cast, at, *items, person=None, asker=None):
    person = person or cast.ana
    return requests.ask(
        person_id=person.id,
        details=details(at, *items),
        actor=actor_for(asker or person, at),
        at=at,
    )


def recommended(cast, at, *items, reason="Out all day.", **more):
    request = asked(cast, at, *items, **more)
    return requests.recommend(request=request, reason=reason, actor=actor_for(cast.cole, at), at=at)


def supplies(request, *things):
    """For each item a thing of stock, or an order where there is none."""
    items = list(request.items.order_by("place"))
    given = [*things, *[None] * (len(items) - len(things))]
    return {
        item.id: Supply(thing.id) if thing is not None else TO_ORDER
        for item, thing in zip(items, given, strict=True)
    }


def authorised(cast, at, *items, things=(), by=None, second=None, **more):
    request = recommended(cast, at, *items, **more)
    return requests.authorise(
        request=request,
        supplies=supplies(request, *things),
        second=second,
        actor=actor_for(by or cast.ida, at),
        at=at,
    )


def second_details(at, days=90):
    return SecondDetails.of(
        reason="On call for two plants at a time.",
        until=(at + days * DAY).date(),
        tethering="The plan does not allow it.",
        loan="Needed every day, for months.",
    )


def phone_in_stock(*capabilities, **more):
    model = DeviceModelFactory(capabilities=list(capabilities))
    return DeviceFactory(model=model, **more)


def cellular(holder, **more):
    """A phone of the City's with a line in it, in somebody's hands."""
    device = DeviceFactory(holder=holder, **more)
    line = LineFactory(holder=holder, department=holder.department)
    SimFactory(device=device, line=line)
    return device


def another(cast, role, name, department=None):
    """One more person with a role."""
    given, family = name.split()
    person = PersonFactory(
        given_name=given,
        family_name=family,
        email=f"{given.lower()}@city.example",
        department=department or cast.itmd,
    )
    place = (department or cast.water) if role == Role.COORDINATOR else None
    RoleAssignment.objects.create(person=person, role=role, department=place, granted_at=LONG_AGO)
    return person
