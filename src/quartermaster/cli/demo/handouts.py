"""What the demo city hands out: signed for, signed in part, and waiting for a signature."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.actions import add_accessory
from quartermaster.inventory.models import Accessory, AccessoryKind, Device, DeviceStatus
from quartermaster.inventory.rules.details import AccessoryDetails
from quartermaster.kernel.permits import Actor, system
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.actions.handovers import Given, Reply, Signature
from quartermaster.lifecycle.models import Handover
from quartermaster.lifecycle.queries.handovers import shown_digest
from quartermaster.lifecycle.rules.handovers import Condition
from quartermaster.org.models import Coverage, Department, Person
from quartermaster.org.queries import actor_for
from quartermaster.policy.queries import acknowledgement_due

HOUSE = system("the demo")


def hand_out(at: datetime) -> None:
    """Hand-outs in the states that are worth a look."""
    ida = actor_for(_person("2001"), at)
    charger, mount, case = (
        _accessory(kind, name, at)
        for kind, name in (
            (AccessoryKind.CHARGER, "USB-C charger"),
            (AccessoryKind.MOUNT, "Vehicle mount"),
            (AccessoryKind.CASE, "Rugged case"),
        )
    )
    _signed(_ready("2003", ida, at, charger), {}, at)
    partly = _ready("2004", ida, at, _kit(at), mount, note="For the new pick-up")
    refused = partly.items.get(accessory=mount)
    _signed(
        partly, {refused.id: Reply(accepted=False, reason="It does not fit the dashboard.")}, at
    )
    _ready("2005", ida, at, case, _kit(at), note="For the autumn route")
    phone = Device.objects.filter(
        status=DeviceStatus.IN_STOCK, platform="ios", needs_sanitising=False, reservations=None
    ).first()
    without = _without_a_device(at)
    if phone is not None and without is not None:  # enrolled at the desk before it goes out
        _ready(without.number, ida, at, phone, note="A first phone")


def _ready(
    number: str, ida: Actor, at: datetime, *things: Device | Accessory, note: str = ""
) -> Handover:
    given = [
        Given(
            device_id=thing.id if isinstance(thing, Device) else None,
            accessory_id=thing.id if isinstance(thing, Accessory) else None,
            condition=Condition.NEW,
        )
        for thing in things
    ]
    return handovers.prepare_handover(
        holder_id=_person(number).id, things=given, note=note, actor=ida, at=at
    )


def _without_a_device(at: datetime) -> Person | None:
    """Somebody who read the policy and holds nothing."""
    people = Person.objects.filter(
        devices=None, requests=None, department__coverage=Coverage.COVERED, number__startswith="3"
    )
    return next(
        (one for one in people.order_by("number") if acknowledgement_due(one.id, at) is None), None
    )


def _signed(handover: Handover, replies: dict[UUID, Reply], at: datetime) -> None:
    holder = handover.holder
    handovers.sign_handover(
        handover_id=handover.id,
        signature=Signature(consent=True, typed_name=holder.name),
        replies=replies,
        shown=shown_digest(handover),
        actor=actor_for(holder, at),
        at=at,
    )


def _person(number: str) -> Person:
    return Person.objects.select_related("department").get(number=number)


def _accessory(kind: AccessoryKind, name: str, at: datetime) -> Accessory:
    return add_accessory(
        details=AccessoryDetails.of(kind=kind, name=name),
        department_id=Department.objects.get(code="ITMD").id,
        actor=HOUSE,
        at=at,
    )


def _kit(at: datetime) -> Accessory:
    return _accessory(AccessoryKind.HANDS_FREE, "Bluetooth hands-free kit", at)
