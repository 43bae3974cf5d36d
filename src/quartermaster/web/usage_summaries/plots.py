"""Pictures of usage as SVG, made on the server, each with the table of its figures behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from quartermaster.usage.queries.summaries import Summed
from quartermaster.usage.rules.telling import TITLES, amount, short

WIDTH, TALL, TOP, FOOT = 640, 220, 24, 28
LABEL, THICK, GAP = 210, 22, 14
MOST_BARS = 12
LONGEST_LABEL = 28


@dataclass(frozen=True)
class Piece:
    """One bar with its place, what it is of, and its figure in words."""

    label: str
    said: str
    short: str
    left: float
    top: float
    width: float
    height: float
    middle: float
    end: float


@dataclass(frozen=True)
class Plot:
    """A picture, and the sentence that says the same."""

    title: str
    column: str
    measure: str
    sentence: str
    pieces: tuple[Piece, ...]
    width: int
    height: int
    foot: int = 0


def _sentence(title: str, rows: Sequence[Summed], measure: str) -> str:
    told = ", ".join(f"{row.label} {_said(row, measure)}" for row in rows)
    return f"{title}: {told}." if told else f"{title}: nothing yet."


def _said(row: Summed, measure: str) -> str:
    return amount(measure, getattr(row.figures, measure))


def months(rows: Sequence[Summed], measure: str) -> Plot:
    """One bar a month, left to right."""
    most = max((getattr(row.figures, measure) for row in rows), default=0) or 1
    step = WIDTH / max(1, len(rows))
    low = TALL - FOOT
    pieces = []
    for place, row in enumerate(rows):
        height = round(max(0, getattr(row.figures, measure)) / most * (low - TOP), 1)
        pieces.append(
            Piece(
                label=f"{row.key:%b %y}" if hasattr(row.key, "month") else row.label,
                said=_said(row, measure),
                short=short(measure, getattr(row.figures, measure)),
                left=round(step * (place + 0.15), 1),
                top=round(low - height, 1),
                width=round(step * 0.7, 1),
                height=height,
                middle=round(step * (place + 0.5), 1),
                end=round(low - height - 6, 1),
            )
        )
    title = f"{TITLES[measure]} by month"
    sentence = _sentence(title, rows, measure)
    return Plot(title, "Month", TITLES[measure], sentence, tuple(pieces), WIDTH, TALL, low)


def largest(rows: Sequence[Summed], measure: str, column: str) -> Plot:
    """One bar a row for those of the largest figures, the largest first."""
    ordered = sorted(rows, key=lambda row: -getattr(row.figures, measure))[:MOST_BARS]
    most = max((getattr(row.figures, measure) for row in ordered), default=0) or 1
    room = WIDTH - LABEL - 90
    pieces = []
    for place, row in enumerate(ordered):
        width = round(max(0, getattr(row.figures, measure)) / most * room, 1)
        top = place * (THICK + GAP)
        pieces.append(
            Piece(
                label=_short(row.label),
                said=_said(row, measure),
                short=short(measure, getattr(row.figures, measure)),
                left=LABEL,
                top=top,
                width=width,
                height=THICK,
                middle=top + THICK - 6,
                end=LABEL + width + 6,
            )
        )
    title = f"{TITLES[measure]} by {column.lower()}"
    tall = max(1, len(pieces)) * (THICK + GAP)
    sentence = _sentence(title, ordered, measure)
    return Plot(title, column, TITLES[measure], sentence, tuple(pieces), WIDTH, tall)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
