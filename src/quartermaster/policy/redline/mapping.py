"""Giving paragraphs their clause ids: by data, by likeness to the version before, by a person."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

import yaml

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.redline import sentences
from quartermaster.policy.redline.model import Paragraph, Redline, Style, tidy

CODE = re.compile(r"[A-Z]{1,3}-[1-9]\d{0,2}")
ALIKE = 0.6
_PLACE = re.compile(
    r"(?P<section>.+?)(?: (?P<kind>paragraph|item) (?P<number>\d+)"
    r"(?: sentence (?P<sentence>\d+)(?P<onwards> onwards)?)?)?"
)


@dataclass(frozen=True)
class Place:
    """A place in a document. ``number`` 0: the whole section; ``sentence`` 0: all sentences."""

    section: str  # "" is the title
    kind: str = ""
    number: int = 0
    sentence: int = 0
    onwards: bool = False


@dataclass(frozen=True)
class ClauseKind:
    """A clause as the catalogue knows it."""

    code: str
    title: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Piece:
    """A paragraph, or a part of one, on its way to a clause ("" for none)."""

    key: str
    paragraph: Paragraph
    section: str
    code: str = ""
    continues: bool = False  # the same paragraph of the document as the piece before

    @property
    def text(self) -> str:
        return tidy(self.paragraph.current)

    @property
    def structural(self) -> bool:
        """A heading, or text that is struck altogether: neither needs a clause."""
        return self.paragraph.style is Style.HEADING or not self.text


@dataclass(frozen=True)
class Proposal:
    """How a document would fall into clauses."""

    pieces: tuple[Piece, ...]
    expected: tuple[str, ...]

    @property
    def unmapped(self) -> tuple[Piece, ...]:
        return tuple(p for p in self.pieces if not p.code and not p.structural)

    @property
    def missing(self) -> tuple[str, ...]:
        found = {piece.code for piece in self.pieces}
        return tuple(code for code in self.expected if code not in found)

    @property
    def codes(self) -> tuple[str, ...]:
        """The clauses found, in the order of the document."""
        return tuple(dict.fromkeys(p.code for p in self.pieces if p.code))

    def corrected(self, corrections: Mapping[str, str]) -> "Proposal":
        """The proposal as a person corrects it: a clause id (or "") for the key of a piece."""
        known = {piece.key: piece for piece in self.pieces}
        for key, code in corrections.items():
            if key not in known or known[key].structural:
                raise InvalidInput(f"There is no paragraph {key} to give a clause id to.")
            if code and not CODE.fullmatch(code):
                raise InvalidInput(f"“{code}” is no clause id. Write one such as G-3.")
        pieces = tuple(replace(p, code=corrections.get(p.key, p.code)) for p in self.pieces)
        return replace(self, pieces=pieces)


@cache
def catalogue() -> tuple[ClauseKind, ...]:
    """The clauses that ship with the program."""
    source = files("quartermaster.policy") / "data" / "clauses.yaml"
    rows = yaml.safe_load(source.read_text(encoding="utf-8"))
    return tuple(
        ClauseKind(row["id"], row["title"], tuple(place(text) for text in row["places"]))
        for row in rows
    )


def place(text: str) -> Place:
    """Read a place such as "Scope paragraph 2 sentence 1"."""
    if text == "title":
        return Place("")
    found = _PLACE.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” names no place in a document.")
    return Place(
        section=found["section"].casefold(),
        kind=found["kind"] or "",
        number=int(found["number"] or 0),
        sentence=int(found["sentence"] or 0),
        onwards=bool(found["onwards"]),
    )


def propose(
    redline: Redline,
    clauses: Sequence[ClauseKind] = (),
    before: Mapping[str, str] | None = None,
) -> Proposal:
    """Suggest a clause id for each paragraph.

    ``before`` are the texts of the version before, by clause id: an id follows its text even
    where the number of the paragraph has changed.
    """
    clauses = clauses or catalogue()
    pieces = tuple(_pieces(redline, clauses))
    if before:
        pieces = _by_likeness(pieces, before)
    expected = tuple(before) if before else tuple(kind.code for kind in clauses)
    return Proposal(pieces, expected)


def _pieces(redline: Redline, clauses: Sequence[ClauseKind]) -> Iterator[Piece]:
    section, counts = "", Counter[str]()
    for index, paragraph in enumerate(redline.paragraphs, 1):
        if paragraph.style is Style.HEADING:
            section, counts = tidy(paragraph.current), Counter()
            yield Piece(str(index), paragraph, section)
            continue
        counts["item" if paragraph.style is Style.ITEM else "paragraph"] += bool(
            tidy(paragraph.current)
        )
        yield from _split(Piece(str(index), paragraph, section), counts, clauses)


def _split(piece: Piece, counts: Counter[str], clauses: Sequence[ClauseKind]) -> Iterator[Piece]:
    """The piece with its clause, or parts of it where its sentences are different clauses."""
    if piece.structural:
        yield piece
        return
    fitting = [(c.code, p) for c in clauses for p in c.places if _fits(p, piece, counts)]
    whole = [code for code, spot in fitting if not spot.sentence]
    if whole or not fitting:
        yield replace(piece, code=whole[0] if whole else "")
        return
    offsets = sentences.starts(piece.paragraph.current)
    codes = [_of_sentence(number, fitting) for number in range(1, len(offsets) + 1)]
    yield from _parts(piece, offsets, codes)


def _of_sentence(number: int, fitting: Sequence[tuple[str, Place]]) -> str:
    for code, spot in fitting:
        if number == spot.sentence or (spot.onwards and number > spot.sentence):
            return code
    return ""


def _parts(piece: Piece, offsets: Sequence[int], codes: Sequence[str]) -> Iterator[Piece]:
    cuts = [i for i in range(1, len(codes)) if codes[i] != codes[i - 1]]
    rest, done, part = piece.paragraph, 0, 1
    for cut in cuts:
        first, rest = rest.cut(offsets[cut] - done)
        yield _part(piece, first, part, codes[cut - 1])
        done, part = offsets[cut], part + 1
    yield _part(piece, rest, part, codes[-1]) if cuts else replace(piece, code=codes[-1])


def _part(piece: Piece, paragraph: Paragraph, part: int, code: str) -> Piece:
    return replace(
        piece, key=f"{piece.key}.{part}", paragraph=paragraph, code=code, continues=part > 1
    )


def _fits(spot: Place, piece: Piece, counts: Counter[str]) -> bool:
    paragraph = piece.paragraph
    if paragraph.style is Style.TITLE or not spot.section:
        return paragraph.style is Style.TITLE and not spot.section
    if spot.section != piece.section.casefold():
        return False
    if not spot.number:
        return True
    kind = "item" if paragraph.style is Style.ITEM else "paragraph"
    number = int(paragraph.number) if paragraph.number else counts[kind]
    return spot.kind == kind and spot.number == number


def _by_likeness(pieces: tuple[Piece, ...], before: Mapping[str, str]) -> tuple[Piece, ...]:
    """Let each id follow the text that is most like the one it had."""
    open_pieces = [piece for piece in pieces if not piece.structural]
    pairs = sorted(
        (
            (likeness, -index, code)
            for index, piece in enumerate(open_pieces)
            for code, text in before.items()
            if (likeness := _likeness(piece.text, text)) >= ALIKE
        ),
        reverse=True,
    )
    given: dict[str, str] = {}
    for _, index, code in pairs:
        key = open_pieces[-index].key
        if key not in given and code not in given.values():
            given[key] = code
    taken = set(given.values())

    def code_of(piece: Piece) -> str:
        if piece.key in given:
            return given[piece.key]
        return "" if piece.code in taken and piece.code != "P-1" else piece.code

    return tuple(replace(piece, code=code_of(piece)) for piece in pieces)


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one.split(), other.split(), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE else 0.0
