"""Events: what lower rooms tell upper rooms. Frozen dataclasses of primitive values.

A handler is remembered by its dotted name; the outbox (room ``jobs``) holds one row for each
event and handler, written in the transaction of the act.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, Self, TypeVar, get_type_hints
from uuid import UUID

JsonValue = str | int | float | bool | list["JsonValue"] | dict[str, "JsonValue"] | None


def _dump(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_dump(item) for item in value]
    if isinstance(value, dict):
        return {key: _dump(item) for key, item in value.items()}
    return value


def _load(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    options = getattr(hint, "__args__", ()) or (hint,)
    if UUID in options:
        return UUID(value) if isinstance(value, str) else tuple(UUID(item) for item in value)
    if datetime in options:
        return datetime.fromisoformat(value)
    if date in options:
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Event:
    """Base of all events. ``tag`` is the stable name "room.thing.verb-in-the-past"."""

    tag: ClassVar[str] = ""

    def payload(self) -> dict[str, Any]:
        return {key: _dump(value) for key, value in asdict(self).items()}

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        hints = get_type_hints(cls)
        known = {item.name for item in fields(cls)}
        return cls(**{k: _load(hints[k], v) for k, v in payload.items() if k in known})


E = TypeVar("E", bound=Event)
Handler = Callable[[Any, datetime], None]

_EVENTS: dict[str, type[Event]] = {}
_HANDLERS: dict[str, dict[str, Handler]] = {}


def event(cls: type[E]) -> type[E]:
    """Register an event class by its tag (use above ``@dataclass``)."""
    if not cls.tag:
        raise ValueError(f"{cls.__name__} has no tag.")
    if cls.tag in _EVENTS:
        raise ValueError(f"The event tag {cls.tag} is used twice.")
    _EVENTS[cls.tag] = cls
    return cls


def on(cls: type[E]) -> Callable[[Callable[[E, datetime], None]], Callable[[E, datetime], None]]:
    """Register a handler ``(event, at)`` for an event class."""

    def register(handler: Callable[[E, datetime], None]) -> Callable[[E, datetime], None]:
        name = f"{handler.__module__}.{handler.__name__}"
        _HANDLERS.setdefault(cls.tag, {})[name] = handler
        return handler

    return register


def handlers_of(tag: str) -> dict[str, Handler]:
    return _HANDLERS.get(tag, {})


def event_class(tag: str) -> type[Event]:
    return _EVENTS[tag]


def all_events() -> tuple[type[Event], ...]:
    return tuple(_EVENTS[tag] for tag in sorted(_EVENTS))
