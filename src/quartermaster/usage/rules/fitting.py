"""Whether a layout fits the headings of a file, and which of a file's columns is which field."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quartermaster.usage.rules.fields import CHARGE, FIELDS, Form
from quartermaster.usage.rules.profiles import Column, Layout, Profile

_APART = re.compile(r"[^0-9a-z#$%]+")


def plain(heading: str) -> str:
    """A heading without case, accents and punctuation, for comparing."""
    flat = unicodedata.normalize("NFKD", heading).casefold()
    return _APART.sub(" ", flat).strip()


@dataclass(frozen=True)
class Placed:
    """A column of the layout, and where the file has it: the position, from nought."""

    column: Column
    index: int
    heading: str

    @property
    def field(self) -> str:
        return self.column.field


@dataclass(frozen=True)
class Fitted:
    """A layout as one file has it. ``headings`` are all of the file's, in order."""

    layout: Layout
    headings: tuple[str, ...]
    placed: tuple[Placed, ...]
    ignored: tuple[str, ...]  # headings that nothing is read from

    def place(self, field: str) -> Placed | None:
        return next((item for item in self.placed if item.field == field), None)

    @property
    def charges(self) -> tuple[Placed, ...]:
        """The columns that are amounts of one kind each."""
        return tuple(item for item in self.placed if item.field == CHARGE)

    def form(self, item: Placed) -> Form:
        return FIELDS[self.layout.family][item.field].form


def fit(layout: Layout, headings: Sequence[str]) -> Fitted | None:
    """The layout on these headings, or None where a needed column is not there."""
    flat = [plain(heading) for heading in headings]
    placed: list[Placed] = []
    for column in layout.columns:
        names = (plain(alias) for alias in column.aliases)
        index = next((flat.index(name) for name in names if name in flat), None)
        if index is not None:
            placed.append(Placed(column, index, headings[index]))
        elif layout.is_needed(column):
            return None
    taken = {item.index for item in placed}
    rest = tuple(text for n, text in enumerate(headings) if n not in taken and text)
    return Fitted(layout, tuple(headings), tuple(placed), rest)


def missing(layout: Layout, headings: Sequence[str]) -> list[str]:
    """The titles of the needed fields that these headings do not have."""
    flat = {plain(heading) for heading in headings}
    known = FIELDS[layout.family]
    return [
        known[column.field].title
        for column in layout.columns
        if layout.is_needed(column) and not flat & {plain(alias) for alias in column.aliases}
    ]


def best(profiles: Iterable[Profile], headings: Sequence[str]) -> list[tuple[Profile, Fitted]]:
    """The layouts that fit best: those that read the most columns. Several are a tie."""
    found = [
        (profile, fitted)
        for profile in profiles
        for layout in profile.layouts
        if (fitted := fit(layout, headings)) is not None
    ]
    most = max((len({p.index for p in fitted.placed}) for _, fitted in found), default=0)
    return [it for it in found if len({p.index for p in it[1].placed}) == most]
