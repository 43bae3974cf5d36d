"""What the demo city ordered: closed, partly received, and waiting for approval."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from quartermaster.billing.actions import orders
from quartermaster.billing.models import CatalogueItem, Contract, Order
from quartermaster.inventory.identifiers import luhn_digit
from quartermaster.kernel.permits import Actor
from quartermaster.lifecycle.actions import requests
from quartermaster.lifecycle.actions.purchasing import Choice, order_items
from quartermaster.lifecycle.actions.requests import TO_ORDER
from quartermaster.lifecycle.models import RequestItem
from quartermaster.lifecycle.queries.requests import authorised_items_to_order
from quartermaster.lifecycle.rules.details import ItemDetails, RequestDetails
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for

VENDOR = "Lakeshore Technology"
DAY = timedelta(days=1)
FIRST = 8  # the people before ask for what stock has
RUGGED: dict[str, object] = {
    "kind": "device",
    "device_class": "smartphone",
    "capabilities": ("rugged",),
}
KIT: dict[str, object] = {"kind": "accessory", "accessory_kind": "hands_free"}


def order(at: datetime) -> None:
    """Three orders out of authorised requests; what is left waits to be ordered."""
    waiting = authorised_items_to_order().filter(device_class="tablet").first()
    staff = Person.objects.filter(department__code="WATER-FIELD", number__startswith="3")
    one, two, three = list(staff.order_by("number")[FIRST : FIRST + 3])
    phone, kit = "Samsung Galaxy XCover7", "Bluetooth hands-free kit"
    first = _sent(_raised([(_authorised(one, KIT, at), kit)], at), at)
    _receive(first, 1, "1", at)
    orders.close_order(order_id=first.id, actor=_acting("2002", at), at=at)
    pair = [(_authorised(two, RUGGED, at), phone), (_authorised(three, KIT, at), kit)]
    second = _sent(_raised(pair, at), at)
    place = second.lines.get(item__kind="device").place
    body = "35824011400719"
    _receive(second, place, f"R5CX90A41TN\t{body}{luhn_digit(body)}\nR5CX90A41TN", at)
    if waiting is not None:
        _raised([(waiting, "Apple iPad (A16)")], at)


def _authorised(person: Person, item: dict[str, object], at: datetime) -> RequestItem:
    """Asked for by the person, recommended by the coordinator, authorised by ITMD."""
    request = requests.ask(
        person_id=person.id,
        details=RequestDetails.of(
            need="The new route is driven alone, and reported from the road.",
            wanted_from=localdate(at + 10 * DAY),
            items=[ItemDetails.of(**item)],
        ),
        actor=actor_for(person, at),
        at=at - 6 * DAY,
    )
    requests.recommend(
        request=request,
        reason="It belongs to the work.",
        actor=_acting("2003", at),
        at=at - 5 * DAY,
    )
    asked = request.items.get()
    requests.authorise(
        request=request,
        supplies={asked.id: TO_ORDER},
        actor=_acting("2001", at),
        at=at - 4 * DAY,
    )
    return asked


def _raised(wanted: Sequence[tuple[RequestItem, str]], at: datetime) -> Order:
    contract = Contract.objects.get(vendor=VENDOR)
    goods = {item.name: item.id for item in CatalogueItem.objects.filter(contract=contract)}
    return order_items(
        contract_id=contract.id,
        choices=[Choice(item.id, goods[name]) for item, name in wanted],
        actor=_acting("2002", at),
        at=at,
    )


def _sent(drafted: Order, at: datetime) -> Order:
    orders.approve_order(order_id=drafted.id, actor=_acting("2001", at), at=at)
    return orders.send_order(order_id=drafted.id, actor=_acting("2002", at), at=at)


def _receive(sent: Order, place: int, pieces: str, at: datetime) -> None:
    orders.receive(
        order_id=sent.id,
        line_id=sent.lines.get(place=place).id,
        pieces=pieces,
        return_wrong=True,
        actor=_acting("2002", at),
        at=at,
    )


def _acting(number: str, at: datetime) -> Actor:
    return actor_for(Person.objects.get(number=number), at)
