"""What narrows a search besides its words: filters as written, made definite."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from quartermaster.kernel.errors import InvalidInput
from quartermaster.records.rules.asking import Filter
from quartermaster.records.rules.capture import Origin, Source

_SPAN = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
YES, NO = frozenset({"yes", "true", "y"}), frozenset({"no", "false", "n"})
DEVICE_WORDS = frozenset({"smartphone", "tablet", "laptop", "hotspot", "city", "personal", "none"})


@dataclass(frozen=True)
class Named:
    """A name of somebody or something as it was written, to be found by the database."""

    key: str
    value: str
    negated: bool = False


@dataclass(frozen=True)
class Narrowing:
    """Narrows what is found; what is empty narrows nothing."""

    kinds: frozenset[str] = frozenset()
    not_kinds: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    departments: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()
    since: date | None = None
    until: date | None = None
    files: bool | None = None
    held: bool | None = None
    thread: str = ""
    names: tuple[Named, ...] = ()

    def within(self, since: date | None, until: date | None) -> "Narrowing":
        """The same within these days, too."""
        return replace(
            self,
            since=max((day for day in (self.since, since) if day), default=None),
            until=min((day for day in (self.until, until) if day), default=None),
        )


def span_of(text: str) -> tuple[date, date]:
    """The days of a year, a month or a day as it is written."""
    found = _SPAN.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)  # noqa: TRY301 (one sentence for both)
        year, month, day = (int(part) if part else 0 for part in found.groups())
        if day:
            return date(year, month, day), date(year, month, day)
        first = date(year, month or 1, 1)
        over = date(year + month // 12, month % 12 + 1, 1) if month else date(year + 1, 1, 1)
        return first, over - timedelta(days=1)
    except ValueError as problem:
        raise InvalidInput(
            f"“{text[:30]}” is no date. Write 2026, 2026-10 or 2026-10-31.", field="q"
        ) from problem


def narrowed(filters: Iterable[Filter], given: Narrowing | None = None) -> Narrowing:
    """What filters narrow to, besides what is given.

    Raises:
        InvalidInput: a filter's value makes no sense; the sentence says what would.
    """
    found = given or Narrowing()
    for item in filters:
        found = _one(found, item)
    return found


def _one(found: Narrowing, item: Filter) -> Narrowing:
    known = _READERS.get(item.key)
    if known is None:
        return replace(found, names=(*found.names, Named(item.key, item.value, item.negated)))
    return known(found, item)


def _kind(found: Narrowing, item: Filter) -> Narrowing:
    kind = _known(item.value.casefold(), {one.value: one.label for one in Source}, "kind")
    if item.negated:
        return replace(found, not_kinds=found.not_kinds | {kind})
    return replace(found, kinds=found.kinds | {kind})


def _origin(found: Narrowing, item: Filter) -> Narrowing:
    known = _known(item.value.casefold(), {one.value: one.label for one in Origin}, "origin")
    return replace(found, origins=found.origins | {known})


def _device(found: Narrowing, item: Filter) -> Narrowing:
    known = _known(item.value.casefold(), {word: word for word in DEVICE_WORDS}, "device")
    return replace(found, devices=found.devices | {known})


def _hold(found: Narrowing, item: Filter) -> Narrowing:
    return replace(found, held=_truth(item.value.casefold(), "held") != item.negated)


def _has(found: Narrowing, item: Filter) -> Narrowing:
    if item.value.casefold() not in {"file", "files", "attachment", "attachments"}:
        raise InvalidInput("After “has:” write “files”.", field="q")
    return replace(found, files=not item.negated)


def _dated(found: Narrowing, item: Filter) -> Narrowing:
    first, last = span_of(item.value)
    key = item.key
    if item.negated:
        key = {"before": "after", "after": "before"}.get(key, key)
    if key == "before":
        return found.within(None, first - timedelta(days=1))
    if key == "after":
        return found.within(first, None)
    return found.within(first, last)


def _known(value: str, words: dict[str, str], key: str) -> str:
    for word, label in words.items():
        if value in {word.casefold(), label.casefold()}:
            return word
    near = [word for word, label in words.items() if label.casefold().startswith(value)]
    if len(near) == 1:
        return near[0]
    raise InvalidInput(f"After “{key}:” write one of {', '.join(sorted(words))}.", field="q")


def _truth(value: str, key: str) -> bool:
    if value not in YES | NO:
        raise InvalidInput(f"After “{key}:” write yes or no.", field="q")
    return value in YES


_READERS: dict[str, Callable[[Narrowing, Filter], Narrowing]] = {
    "before": _dated,
    "after": _dated,
    "on": _dated,
    "kind": _kind,
    "origin": _origin,
    "device": _device,
    "held": _hold,
    "has": _has,
}
