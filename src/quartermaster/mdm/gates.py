"""From which devices the City's accounts and networks are withheld. A room above says so.

What is withheld is taken off the device and comes back by itself, as everything that is compiled
for it; by itself this room withholds nothing.
"""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

Ask = Callable[[Collection[UUID]], Iterable[UUID]]

_ASKED: list[Ask] = []


def register(ask: Ask) -> Ask:
    """Have this be asked which of some devices are to have none of the City's access."""
    if ask not in _ASKED:
        _ASKED.append(ask)
    return ask


def withheld_from(device_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these devices that have neither accounts nor networks of the City for now."""
    return frozenset(key for ask in _ASKED for key in ask(device_ids))
