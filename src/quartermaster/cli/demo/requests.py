"""The demo city asks, recommends, authorises and lends: requests in every state, and a pool."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.identifiers import luhn_digit
from quartermaster.inventory.models import DeviceModel
from quartermaster.inventory.rules.details import DeviceDetails, LineDetails, SimDetails
from quartermaster.kernel.permits import Actor, system
from quartermaster.lifecycle import schedule
from quartermaster.lifecycle.actions import loans, requests
from quartermaster.lifecycle.actions.delegating import delegate
from quartermaster.lifecycle.actions.requests import TO_ORDER, Supply
from quartermaster.lifecycle.models import Loan, PoolHotspot, Request
from quartermaster.lifecycle.queries.requests import free_for
from quartermaster.lifecycle.queries.second import second_items_of
from quartermaster.lifecycle.rules.details import ItemDetails, RequestDetails
from quartermaster.lifecycle.rules.loans import RESET_STEPS, Condition
from quartermaster.lifecycle.rules.second import SecondDetails
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import actor_for
from quartermaster.policy.queries import acknowledgement_due

HOUSE = system("the demo")
DAY = timedelta(days=1)
CAPABILITIES = {
    "iPhone 16": ["5G", "eSIM", "GPS", "NFC", "biometrics", "camera", "tethering"],
    "iPhone SE": ["LTE", "GPS", "NFC", "biometrics", "camera", "tethering"],
    "iPad (A16)": ["5G", "eSIM", "GPS", "camera", "stylus"],
    "Galaxy XCover7": ["5G", "GPS", "NFC", "camera", "rugged", "tethering"],
    "MiFi X PRO": ["5G", "tethering"],
}
Item = dict[str, object]
PHONE: Item = {"kind": "device", "device_class": "smartphone"}
RUGGED: Item = {**PHONE, "capabilities": ("GPS", "rugged")}
TABLET: Item = {"kind": "device", "device_class": "tablet", "cellular": True}
KIT: Item = {"kind": "accessory", "accessory_kind": "hands_free"}
LINE: Item = {"kind": "line"}


def tell(at: datetime) -> None:
    """Requests in every state, a second device, somebody away, and a pool with one overdue."""
    for name, capabilities in CAPABILITIES.items():
        DeviceModel.objects.filter(name=name).update(capabilities=capabilities)
    _requests(at)
    _pool(at)
    delegate(
        person_id=_person("2003").id,
        delegate_id=_person("2004").id,
        starts_on=localdate(at + 12 * DAY),
        ends_on=localdate(at + 19 * DAY),
        reason="Leave",
        actor=_acting("2003", at),
        at=at,
    )


def _requests(at: datetime) -> None:
    field = _staff("WATER-FIELD")
    _ask(field[0], "The valves are read and entered on the spot.", [RUGGED], at)
    _ask(_person("2005"), "On call for two plants at weekends.", [PHONE], at - DAY)
    waits = _ask(field[1], "Hydrant inspections with photographs.", [PHONE, KIT], at - 2 * DAY)
    _recommend(waits, at - DAY)
    ordered = _ask(field[2], "Drawings of mains in the trench.", [TABLET], at - 9 * DAY)
    _authorise(_recommend(ordered, at - 8 * DAY), at - 7 * DAY)
    ready = _ask(field[3], "Takes over a meter route.", [PHONE], at - 4 * DAY)
    _authorise(_recommend(ready, at - 3 * DAY), at - 2 * DAY)
    second = _ask(_person("2004"), "A tablet for the plans, beside the phone.", [TABLET], at - DAY)
    _authorise(_recommend(second, at - DAY / 2), at)
    declined = _ask(field[4], "A newer phone than the present one.", [PHONE], at - 6 * DAY)
    requests.decline(
        request=declined,
        reason="The present phone does everything that the work asks for.",
        actor=_acting("2003", at),
        at=at - 5 * DAY,
    )
    refused = _recommend(
        _ask(field[5], "A line for the spare.", [LINE], at - 6 * DAY), at - 5 * DAY
    )
    requests.refuse(
        request=refused,
        reason="The pool of hot-spots covers this.",
        actor=_acting("2001", at),
        at=at - 4 * DAY,
    )
    withdrawn = _ask(field[6], "A hands-free kit for the van.", [KIT], at - 5 * DAY)
    requests.withdraw(
        request=withdrawn,
        reason="The new van has one built in.",
        actor=actor_for(field[6], at),
        at=at - 4 * DAY,
    )
    schedule.take_steps(at)


def _pool(at: datetime) -> None:
    pool = [_hotspot(number, at - 30 * DAY) for number in range(1, 5)]
    people = [one for one in _staff("DPW") if acknowledgement_due(one.id, at) is None]
    spans = ((-6, -3, True), (-2, 3, True), (0, 2, False), (4, 8, False))
    for number, (person, (first, last, lent)) in enumerate(zip(people, spans, strict=False)):
        _loan(person, pool[number].id, first, last, at, lent=lent)
    _loan(people[0], pool[2].id, 7, 9, at, lent=False)
    _loan(_person("2005"), pool[1].id, 6, 7, at, lent=False)
    back = _loan(people[1], pool[3].id, -9, -7, at, lent=True)
    loans.give_back(
        loan=back,
        condition=Condition.GOOD,
        reset_steps=list(RESET_STEPS),
        actor=_acting("2001", at),
        at=at - 7 * DAY,
    )
    for step in range(4):  # what is overdue goes its way, a day at a time
        schedule.take_steps(at - (3 - step) * DAY)


def _hotspot(number: int, at: datetime) -> PoolHotspot:
    """A hot-spot that was bought for the pool, with its line."""
    itmd = Department.objects.get(code="ITMD")
    model = DeviceModel.objects.get(name="MiFi X PRO")
    words: dict[str, Any] = {"actor": HOUSE, "at": at}
    device = inventory.register(
        details=DeviceDetails.of(
            asset_tag=f"POOL-{number:02}",
            device_class="hotspot",
            platform="none",
            serial=f"MFXPOOL{number:03}",
        ),
        department_id=itmd.id,
        model_id=model.id,
        **words,
    )
    details = LineDetails.of(
        number=f"+14145557{number:03}", carrier="Verizon", account="MC-2026-02", plan="Data 50 GB"
    )
    line = inventory.add_line(details=details, department_id=itmd.id, **words)
    inventory.move_line(line_id=line.id, verb="activate", **words)
    body = f"8901480{number:011}"
    inventory.add_sim(
        details=SimDetails.of(iccid=body + luhn_digit(body), carrier="Verizon"),
        line_id=line.id,
        device_id=device.id,
        **words,
    )
    return loans.add_to_pool(device_id=device.id, label=f"Mi-Fi {number}", **words)


def _loan(
    person: Person, hotspot_id: UUID, first: int, last: int, at: datetime, *, lent: bool
) -> Loan:
    begun = at + min(first, 0) * DAY
    loan = loans.reserve_hotspot(
        person_id=person.id,
        starts_on=localdate(at + first * DAY),
        ends_on=localdate(at + last * DAY),
        purpose="A street festival" if first % 2 else "Polling place without a network",
        hotspot_id=hotspot_id,
        actor=actor_for(person, at),
        at=begun,
    )
    if lent:
        actor = _acting("2001", at)
        loan = loans.lend(loan=loan, signed_name=person.name, actor=actor, at=begun)
    return loan


def _ask(person: Person, need: str, items: Sequence[Item], at: datetime) -> Request:
    return requests.ask(
        person_id=person.id,
        details=RequestDetails.of(
            need=need,
            wanted_from=localdate(at + 14 * DAY),
            items=[ItemDetails.of(**item) for item in items],
        ),
        actor=actor_for(person, at),
        at=at,
    )


def _recommend(request: Request, at: datetime) -> Request:
    return requests.recommend(
        request=request,
        reason="The work cannot be done without it.",
        actor=_acting("2003", at),
        at=at,
    )


def _authorise(request: Request, at: datetime) -> Request:
    items = list(request.items.order_by("place"))
    for item in items:
        item.request = request
    stock = {item.id: free_for(item).first() for item in items}
    second = SecondDetails.of(
        reason="Plans of mains are not legible on a phone.",
        until=localdate(at + 365 * DAY),
        tethering="A tablet without a line was tried: the trench has no signal for the phone.",
        loan="It is needed every day.",
    )
    return requests.authorise(
        request=request,
        supplies={
            key: Supply(thing.pk) if thing is not None else TO_ORDER for key, thing in stock.items()
        },
        second=second if second_items_of(request, items, at) else None,
        actor=_acting("2001", at),
        at=at,
    )


def _staff(department: str) -> list[Person]:
    """People of a department who do not log in in the demo, the same at every run."""
    rows = Person.objects.filter(department__code=department, number__startswith="3")
    return list(rows.select_related("department").order_by("number"))


def _person(number: str) -> Person:
    return Person.objects.select_related("department").get(number=number)


def _acting(number: str, at: datetime) -> Actor:
    return actor_for(_person(number), at)
