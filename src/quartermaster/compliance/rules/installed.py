"""What a device lists as installed, in one form for every check that looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

MOST_REMEMBERED = 2_000


class Application(NamedTuple):
    """One application of a device's list."""

    identifier: str
    name: str
    version: str
    managed: bool
    elsewhere: bool


@dataclass(frozen=True)
class Installed:
    """A list as it is judged: every application, and the names of those that say what they are."""

    applications: tuple[Application, ...]
    names: Mapping[str, str]


# by the identity of a list that is kept with it: devices that told the same share one list
_remembered: dict[int, tuple[list[Any], Installed]] = {}


def installed(value: list[Any]) -> Installed:
    """What a list holds. What is no application is left out."""
    known = _remembered.get(id(value))
    if known is not None:
        return known[1]
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    rows = [row for row in value if isinstance(row, dict)]
    names = {str(row.get("identifier", "")): str(row.get("name", "")) for row in rows}
    found = Installed(
        applications=tuple(
            _application(row) for row in rows if row.get("identifier") or row.get("name")
        ),
        names={key: name or key for key, name in names.items() if key},
    )
    _remembered[id(value)] = value, found
    return found


def _application(row: Mapping[str, Any]) -> Application:
    identifier = str(row.get("identifier") or "")
    return Application(
        identifier,
        str(row.get("name") or identifier),
        str(row.get("version") or ""),
        managed=row.get("managed") is True,
        elsewhere=row.get("elsewhere") is True,
    )
