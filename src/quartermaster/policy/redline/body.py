"""A mapped redline as plain JSON, and the clauses that follow from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from quartermaster.policy.redline.changes import Suggestion, suggest
from quartermaster.policy.redline.mapping import Piece
from quartermaster.policy.redline.model import (
    Kind,
    Paragraph,
    Run,
    Style,
    dump_runs,
    load_runs,
    runs_of,
)


def dump(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """The pieces as JSON."""
    return [
        {
            "key": piece.key,
            "style": piece.paragraph.style.value,
            "number": piece.paragraph.number,
            "section": piece.section,
            "code": piece.code,
            "continues": piece.continues,
            "runs": dump_runs(piece.paragraph.runs),
        }
        for piece in pieces
    ]


def load(stored: Iterable[dict[str, Any]]) -> tuple[Piece, ...]:
    """The pieces that `dump` made JSON of."""
    return tuple(
        Piece(
            key=item["key"],
            paragraph=Paragraph(load_runs(item["runs"]), Style(item["style"]), item["number"]),
            section=item["section"],
            code=item["code"],
            continues=item["continues"],
        )
        for item in stored
    )


@dataclass(frozen=True)
class ClauseDraft:
    """A clause as it follows from the pieces that carry its id."""

    code: str
    section: str
    number: str
    text: str
    runs: tuple[tuple[Run, ...], ...]
    suggestion: Suggestion


def clauses(pieces: Sequence[Piece]) -> tuple[ClauseDraft, ...]:
    """The clauses, in the order in which the document first has them."""
    grouped: dict[str, list[Piece]] = {}
    for piece in pieces:
        if piece.code and not piece.structural:
            grouped.setdefault(piece.code, []).append(piece)
    return tuple(_clause(code, parts) for code, parts in grouped.items())


def _clause(code: str, parts: Sequence[Piece]) -> ClauseDraft:
    return ClauseDraft(
        code=code,
        section=parts[0].section,
        number=parts[0].paragraph.number,
        text="\n\n".join(part.text for part in parts),
        runs=tuple(part.paragraph.runs for part in parts),
        suggestion=suggest(joined(part.paragraph.runs for part in parts)),
    )


def joined(paragraphs: Iterable[tuple[Run, ...]]) -> tuple[Run, ...]:
    """The runs of several paragraphs as one, a space between."""
    pieces: list[tuple[Kind, str]] = []
    for runs in paragraphs:
        pieces += [(Kind.KEPT, " ")] if pieces else []
        pieces += [(run.kind, run.text) for run in runs]
    return runs_of(pieces)


def current_text(pieces: Sequence[Piece]) -> str:
    """The whole text as it will read, numbers and headings included."""
    blocks: list[str] = []
    for piece in pieces:
        if not piece.text:
            continue
        number = f"{piece.paragraph.number}. " if piece.paragraph.number else ""
        if piece.continues and blocks:
            blocks[-1] += f" {piece.text}"
        else:
            blocks.append(number + piece.text)
    return "\n\n".join(blocks)


def title(pieces: Sequence[Piece]) -> str:
    """The document's own title, as it will read."""
    for piece in pieces:
        if piece.paragraph.style is Style.TITLE and piece.text:
            return piece.text
    return ""
