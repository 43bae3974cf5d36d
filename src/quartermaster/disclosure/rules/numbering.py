"""The numbers of pages that are given out: by request, without a gap, over all its packages."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """The numbers of a document: from, to; the same for one page, none for nothing."""

    first: int
    last: int


def spans(pages: Iterable[int], first: int) -> list[Span]:
    """The span of each document, one after the other."""
    found = []
    for count in pages:
        found.append(Span(first, first + count - 1))
        first += count
    return found


def prefix_of(number: str) -> str:
    """The prefix of a request's pages: its number, without what a file name would not bear."""
    return f"{number.replace('-', '')}-"


def shown(prefix: str, number: int) -> str:
    return f"{prefix}{number:06}"
