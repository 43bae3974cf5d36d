"""The people's door's address table, walked: every named address with its view."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from quartermaster.web.guard import OWN_GUARD


@dataclass(frozen=True)
class Address:
    """One address: its full name, its view, the names of its arguments."""

    name: str
    view: Callable[..., Any]
    arguments: frozenset[str]

    def url(self, kwargs: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=kwargs)


def _walk(
    entries: list[URLPattern | URLResolver], prefix: str, arguments: frozenset[str]
) -> Iterator[Address]:
    for entry in entries:
        here = arguments | frozenset(entry.pattern.converters)
        if isinstance(entry, URLResolver):
            if entry.app_name in OWN_GUARD:
                continue
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _walk(entry.url_patterns, inner, here)
        else:
            yield Address(f"{prefix}{entry.name}", entry.callback, here)


def all_addresses() -> list[Address]:
    """Every address that this door guards itself."""
    return sorted(_walk(get_resolver().url_patterns, "", frozenset()), key=lambda a: a.name)
