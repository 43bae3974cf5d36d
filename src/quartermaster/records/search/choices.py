"""What is chosen beside the words of a search, as an address or a saved search carries it."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from quartermaster.kernel.errors import InvalidInput
from quartermaster.records.rules.asking import LONGEST
from quartermaster.records.rules.capture import Origin, Source
from quartermaster.records.rules.narrowing import DEVICE_WORDS, Narrowing, span_of
from quartermaster.records.search.looking import Looked
from quartermaster.records.search.pages import ORDERS

KEYS = (
    *("kind", "department", "person", "month", "origin", "device", "ownership", "files", "held"),
    *("since", "until", "thread"),
)
_WORDS = {
    "kind": {item.value for item in Source},
    "origin": {item.value for item in Origin},
    "device": set(DEVICE_WORDS),
    "ownership": {"city", "personal"},
    "files": {"yes", "no"},
    "held": {"yes", "no"},
}
_TRUTH = {"": None, "yes": True, "no": False}
_THREAD = 64


def looked_of(words: str, chosen: Mapping[str, str], order: str = "") -> Looked:
    """What is looked for, out of plain words and values.

    Raises:
        InvalidInput: a value is none that can be chosen.
    """
    given = {key: chosen[key].strip() for key in KEYS if chosen.get(key, "").strip()}
    for key, known in _WORDS.items():
        if key in given and given[key] not in known:
            raise InvalidInput(f"“{given[key][:30]}” cannot be chosen here.", field=key)
    first, last = span_of(given["month"]) if "month" in given else (None, None)
    narrowing = Narrowing(
        kinds=_some(given, "kind"),
        origins=_some(given, "origin"),
        devices=_some(given, "device") | _some(given, "ownership"),
        departments=frozenset(_keys(given, "department")),
        people=frozenset(_keys(given, "person")),
        since=first,
        until=last,
        files=_TRUTH[given.get("files", "")],
        held=_TRUTH[given.get("held", "")],
        thread=given.get("thread", "")[:_THREAD],
    ).within(_day(given, "since"), _day(given, "until"))
    return Looked(words.strip()[:LONGEST], narrowing, order if order in ORDERS else ORDERS[0])


def _some(given: Mapping[str, str], key: str) -> frozenset[str]:
    return frozenset({given[key]}) if key in given else frozenset()


def _keys(given: Mapping[str, str], key: str) -> Iterable[UUID]:
    try:
        return [UUID(given[key])] if key in given else []
    except ValueError as problem:
        raise InvalidInput("This cannot be chosen here.", field=key) from problem


def _day(given: Mapping[str, str], key: str) -> date | None:
    try:
        return date.fromisoformat(given[key]) if key in given else None
    except ValueError as problem:
        raise InvalidInput("Write the day as 2026-10-31.", field=key) from problem
