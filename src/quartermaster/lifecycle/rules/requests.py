"""The way of a request: from asking to having, its owners, its periods (G-7, G-12)."""

from collections.abc import Mapping

from django.db.models import TextChoices

from quartermaster.kernel.transitions import Machine, Transition


class RequestState(TextChoices):
    """Asked for, recommended by the department, authorised by ITMD; and how it ends."""

    ASKED = "asked", "With the coordinator"
    RECOMMENDED = "recommended", "With ITMD"
    AUTHORISED = "authorised", "Authorised, not handed out yet"
    FULFILLED = "fulfilled", "Handed out"
    DECLINED = "declined", "Not recommended"
    REFUSED = "refused", "Refused by ITMD"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


class ItemState(TextChoices):
    """Where one thing of a request stands."""

    ASKED = "asked", "Asked for"
    RESERVED = "reserved", "Reserved from stock"
    TO_ORDER = "to_order", "To be ordered"
    ORDERED = "ordered", "Ordered"
    FULFILLED = "fulfilled", "Handed out"
    DROPPED = "dropped", "Not handed out"


class ItemKind(TextChoices):
    """What is asked for; a hands-free kit is an accessory (G-6)."""

    DEVICE = "device", "Device"
    LINE = "line", "Line"
    ACCESSORY = "accessory", "Accessory"


_S = RequestState
WAITING = frozenset({_S.ASKED, _S.RECOMMENDED})
LIVE_REQUESTS = WAITING | {_S.AUTHORISED}
RECOMMENDED = frozenset({_S.RECOMMENDED, _S.AUTHORISED, _S.REFUSED, _S.FULFILLED})
AUTHORISED = frozenset({_S.AUTHORISED, _S.FULFILLED})
REQUEST: Machine[RequestState] = Machine(
    "request",
    _S.ASKED,
    [
        Transition("recommend", frozenset({_S.ASKED}), _S.RECOMMENDED),
        Transition("decline", frozenset({_S.ASKED}), _S.DECLINED),
        Transition("authorise", frozenset({_S.RECOMMENDED}), _S.AUTHORISED),
        Transition("refuse", frozenset({_S.RECOMMENDED}), _S.REFUSED),
        Transition("fulfil", frozenset({_S.AUTHORISED}), _S.FULFILLED),
        Transition("withdraw", LIVE_REQUESTS, _S.WITHDRAWN),
        Transition("expire", LIVE_REQUESTS, _S.EXPIRED),
    ],
)

_I = ItemState
OPEN_ITEMS = frozenset({_I.ASKED, _I.RESERVED, _I.TO_ORDER, _I.ORDERED})
TO_COME = frozenset({_I.TO_ORDER, _I.ORDERED})
ITEM: Machine[ItemState] = Machine(
    "item",
    _I.ASKED,
    [
        Transition("reserve", frozenset({_I.ASKED, _I.TO_ORDER, _I.ORDERED}), _I.RESERVED),
        Transition("have ordered", frozenset({_I.ASKED, _I.RESERVED}), _I.TO_ORDER),
        Transition("place the order", frozenset({_I.TO_ORDER}), _I.ORDERED),
        Transition("cancel the order", frozenset({_I.ORDERED}), _I.TO_ORDER),
        Transition("hand out", OPEN_ITEMS - {_I.ASKED}, _I.FULFILLED),
        Transition("drop", OPEN_ITEMS, _I.DROPPED),
    ],
)

OWNERS: Mapping[RequestState, str] = {
    _S.ASKED: "The telecom coordinator of the department",
    _S.RECOMMENDED: "ITMD",
    _S.AUTHORISED: "ITMD, which hands it out",
}
PERIODS: Mapping[RequestState, str] = {
    _S.ASKED: "recommend",
    _S.RECOMMENDED: "authorise",
    _S.AUTHORISED: "fulfil",
}
REQUEST_DAYS = {"recommend": 3, "authorise": 3, "fulfil": 20, "expire": 40}
