"""The lives of devices and lines, as tables of verbs."""

from quartermaster.inventory.models import LIVE, DeviceStatus, LineStatus
from quartermaster.inventory.permits import DEVICE_MANAGE, LINE_MANAGE
from quartermaster.kernel.transitions import Machine, Transition

_S = DeviceStatus

DEVICE = Machine(
    "device",
    _S.IN_STOCK,
    [
        Transition("assign", frozenset({_S.IN_STOCK}), _S.ASSIGNED, DEVICE_MANAGE),
        Transition(
            "take back", frozenset({_S.ASSIGNED, _S.LOST, _S.IN_REPAIR}), _S.IN_STOCK, DEVICE_MANAGE
        ),
        Transition("report lost", frozenset({_S.ASSIGNED, _S.IN_STOCK}), _S.LOST, DEVICE_MANAGE),
        Transition("repair", frozenset({_S.ASSIGNED, _S.IN_STOCK}), _S.IN_REPAIR, DEVICE_MANAGE),
        Transition("hand back", frozenset({_S.LOST, _S.IN_REPAIR}), _S.ASSIGNED, DEVICE_MANAGE),
        # City property leaves only out of stock, or as lost or beyond repair (C-3)
        Transition(
            "retire", frozenset({_S.IN_STOCK, _S.LOST, _S.IN_REPAIR}), _S.RETIRED, DEVICE_MANAGE
        ),
        # a personal device is never in stock: its registration ends from wherever it is
        Transition(
            "end registration",
            frozenset({_S.ASSIGNED, _S.LOST, _S.IN_REPAIR}),
            _S.RETIRED,
            DEVICE_MANAGE,
        ),
    ],
)
CITY_ONLY = frozenset({"assign", "take back", "retire"})
PERSONAL_ONLY = frozenset({"end registration"})

_L = LineStatus

LINE = Machine(
    "line",
    _L.ORDERED,
    [
        Transition("activate", frozenset({_L.ORDERED}), _L.ACTIVE, LINE_MANAGE),
        Transition("suspend", frozenset({_L.ACTIVE}), _L.SUSPENDED, LINE_MANAGE),
        Transition("restore", frozenset({_L.SUSPENDED}), _L.ACTIVE, LINE_MANAGE),
        Transition("cancel", frozenset(LIVE), _L.CANCELLED, LINE_MANAGE),
        Transition("port out", frozenset({_L.ACTIVE, _L.SUSPENDED}), _L.PORTED, LINE_MANAGE),
    ],
)


def device_verbs(status: str, *, personal: bool, held: bool) -> tuple[str, ...]:
    """The verbs that a device's status, owner and holder allow."""
    barred = set(CITY_ONLY if personal else PERSONAL_ONLY)
    if not held:
        barred.add("hand back")
    return tuple(v for v in DEVICE.verbs_from(DeviceStatus(status)) if v not in barred)
