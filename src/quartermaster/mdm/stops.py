"""Stops: what a room above does by itself stands still when everything is stopped."""

from collections.abc import Callable

from quartermaster.jobs.acts import Act

Stand = Callable[[str, Act], None]

_STANDS: list[Stand] = []


def register(stand: Stand) -> Stand:
    """Have this called, with the reason and in the same transaction, when everything is stopped."""
    if stand not in _STANDS:
        _STANDS.append(stand)
    return stand


def tell(reason: str, doing: Act) -> None:
    for stand in _STANDS:
        stand(reason, doing)
