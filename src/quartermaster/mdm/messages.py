"""What a device is to show its holder where everybody can see it. A room above says what, if any.

It stands on a lock screen, so it names neither a person nor a matter.
"""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

Ask = Callable[[Collection[UUID]], Mapping[UUID, str]]

_ASKED: list[Ask] = []


def register(ask: Ask) -> Ask:
    """Have this be asked for what some devices are to show."""
    if ask not in _ASKED:
        _ASKED.append(ask)
    return ask


def messages_for(device_ids: Collection[UUID]) -> dict[UUID, str]:
    """What each of these devices is to show, if anything; the first who asks has it."""
    found: dict[UUID, str] = {}
    for ask in _ASKED:
        found = {**ask(device_ids), **found}
    return found
