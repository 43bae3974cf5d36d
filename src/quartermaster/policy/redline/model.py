"""The inner form of a redline: paragraphs of runs, each run kept, deleted or inserted."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


class Style(StrEnum):
    TITLE = "title"
    HEADING = "heading"
    ITEM = "item"
    BODY = "body"


@dataclass(frozen=True)
class Run:
    kind: Kind
    text: str


@dataclass(frozen=True)
class Mark:
    """A deletion or insertion: where it stands in the current text, and its own text.

    An inserted text stands *at* its offset; a deleted one stood *before* the character there.
    """

    kind: Kind
    offset: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. ``number`` is as the document shows it: "3", or "" where it has none."""

    runs: tuple[Run, ...]
    style: Style = Style.BODY
    number: str = ""

    @property
    def current(self) -> str:
        """The text as it will read: deletions applied, its spaces as they stand (see `tidy`)."""
        return "".join(run.text for run in self.runs if run.kind is not Kind.DELETED)

    @property
    def markup_free(self) -> str:
        """Everything, struck text included. For display beside its marks only."""
        return "".join(run.text for run in self.runs)

    def marks(self) -> tuple[Mark, ...]:
        return tuple(_marks(self.runs))

    def cut(self, offset: int) -> tuple["Paragraph", "Paragraph"]:
        """Two paragraphs, cut at an offset of the current text.

        What is deleted right at the cut goes with the second: it stood before what follows.
        """
        before: list[Run] = []
        rest, left = list(self.runs), offset
        while rest and left > 0:
            run = rest.pop(0)
            if run.kind is Kind.DELETED or len(run.text) <= left:
                before.append(run)
                left -= 0 if run.kind is Kind.DELETED else len(run.text)
            else:
                before.append(replace(run, text=run.text[:left]))
                rest.insert(0, replace(run, text=run.text[left:]))
                left = 0
        return replace(self, runs=tuple(before)), replace(self, runs=tuple(rest))


def _marks(runs: Iterable[Run]) -> Iterator[Mark]:
    offset = 0
    for run in runs:
        if run.kind is not Kind.KEPT:
            yield Mark(run.kind, offset, run.text)
        if run.kind is not Kind.DELETED:
            offset += len(run.text)


@dataclass(frozen=True)
class Redline:
    """A document. ``notes`` tell the person who imports it what was passed over."""

    paragraphs: tuple[Paragraph, ...]
    notes: tuple[str, ...] = ()

    @property
    def insertions_marked(self) -> bool:
        """Whether insertions can be told apart; where not, the earlier text cannot be known."""
        return any(
            run.kind is Kind.INSERTED for paragraph in self.paragraphs for run in paragraph.runs
        )

    @property
    def deletions(self) -> tuple[str, ...]:
        return self._texts(Kind.DELETED)

    @property
    def insertions(self) -> tuple[str, ...]:
        return self._texts(Kind.INSERTED)

    def _texts(self, kind: Kind) -> tuple[str, ...]:
        return tuple(
            run.text
            for paragraph in self.paragraphs
            for run in paragraph.runs
            if run.kind is kind and run.text.strip()
        )

    @property
    def current(self) -> str:
        """The whole text as it will read, a blank line between paragraphs."""
        return "\n\n".join(text for p in self.paragraphs if (text := tidy(p.current)))


def tidy(text: str) -> str:
    """One space where a deletion left two, none at the ends or before a full stop or comma."""
    return re.sub(r"(?<=\w) (?=[.,;:](?:\s|$))", "", " ".join(text.split()))


def runs_of(pieces: Iterable[tuple[Kind, str]]) -> tuple[Run, ...]:
    """Runs out of pieces: neighbours of one kind joined, empty ones dropped."""
    runs: list[Run] = []
    for kind, text in pieces:
        if not text:
            continue
        if runs and runs[-1].kind is kind:
            runs[-1] = Run(kind, runs[-1].text + text)
        else:
            runs.append(Run(kind, text))
    return tuple(runs)


def dump_runs(runs: Iterable[Run]) -> list[list[str]]:
    """Runs as plain JSON."""
    return [[run.kind.value, run.text] for run in runs]


def load_runs(stored: Any) -> tuple[Run, ...]:
    return tuple(Run(Kind(kind), text) for kind, text in stored)
