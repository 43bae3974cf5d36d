"""A version's text on its way to a page: one block for each paragraph, or part of one."""

from collections.abc import Iterable
from dataclasses import dataclass

from quartermaster.policy.redline.mapping import Piece
from quartermaster.policy.redline.model import Kind, Run


@dataclass(frozen=True)
class Block:
    """One block. ``anchor`` marks the first block of each clause."""

    style: str
    number: str
    code: str
    anchor: str
    runs: tuple[Run, ...]


def as_it_reads(pieces: Iterable[Piece]) -> list[Block]:
    """The text in force: no struck text, no marks."""
    return _blocks((piece, (Run(Kind.KEPT, piece.text),)) for piece in pieces if piece.text)


def as_redline(pieces: Iterable[Piece]) -> list[Block]:
    """The text with what was struck and what was put in."""
    return _blocks((piece, piece.paragraph.runs) for piece in pieces)


def _blocks(pairs: Iterable[tuple[Piece, tuple[Run, ...]]]) -> list[Block]:
    seen: set[str] = set()
    blocks = []
    for piece, runs in pairs:
        first = piece.code not in seen
        seen.add(piece.code)
        blocks.append(
            Block(
                style=piece.paragraph.style.value,
                number="" if piece.continues else piece.paragraph.number,
                code=piece.code,
                anchor=piece.code if piece.code and first else "",
                runs=runs,
            )
        )
    return blocks
