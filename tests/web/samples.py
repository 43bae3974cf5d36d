"""One sample for each address that takes arguments: from it the walks over all pages are made.

A room registers its samples in ``tests/web/samples_ROOM.py`` (found by itself)::

    @sample("inventory:device", "inventory:device-retire")
    def device(cast, at):
        return {"key": make_device(holder=cast.ana).pk}

The thing belongs to Ana or to Water Works, so that Rex must not see it; what everybody may see
is registered with ``everybody=True``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.cast import Cast
from tests.web.addresses import Address

Maker = Callable[[Cast, datetime], dict[str, Any]]


@dataclass(frozen=True)
class Sample:
    """How to make the arguments of an address."""

    make: Maker
    everybody: bool = False


_SAMPLES: dict[str, Sample] = {}


def sample(*names: str, everybody: bool = False) -> Callable[[Maker], Maker]:
    """Register the maker of an address's arguments, under each of the names."""

    def register(make: Maker) -> Maker:
        for name in names:
            _SAMPLES[name] = Sample(make, everybody)
        return make

    return register


def once(make: Callable[[Cast, datetime], Any]) -> Callable[[Cast, datetime], Any]:
    """The same thing for whatever asks for it within a test."""

    def made(cast: Cast, at: datetime) -> Any:
        known = vars(cast).setdefault("made_once", {})
        if make not in known:
            known[make] = make(cast, at)
        return known[make]

    return made


def sample_of(name: str) -> Sample | None:
    """The sample registered for an address."""
    _load()
    return _SAMPLES.get(name)


@cache
def _load() -> None:
    for path in sorted(Path(__file__).parent.glob("samples_*.py")):
        import_module(f"tests.web.{path.stem}")


def open_addresses(
    addresses: list[Address], cast: Cast, at: datetime
) -> list[tuple[Address, str, bool]]:
    """Each address with its URL, and whether everybody may see what it shows."""
    made: dict[Maker, dict[str, Any]] = {}
    found = []
    for address in addresses:
        if not address.arguments:
            found.append((address, address.url({}), True))
            continue
        known = sample_of(address.name)
        if known is None:
            continue
        if known.make not in made:
            made[known.make] = known.make(cast, at)
        found.append((address, address.url(made[known.make]), known.everybody))
    return found
