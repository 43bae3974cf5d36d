"""Plots of a paper as SVG: a line over days, bars on one scale. The figures stand beside them."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, TALL = 640, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 28
BAR, GAP, LABEL, FIGURE, BROAD = 20, 12, 260, 60, 560
INK, AXIS, LINE = "#1b1b1b", "#c6cace", "#005ea2"
FONT = 'font-family="Libertinus Serif" font-size="13"'
LARGE = FONT.replace("13", "19")


class Point(NamedTuple):
    """A day and the share of a hundred that it had."""

    day: str
    share: int


def course(points: Sequence[Point]) -> bytes:
    """A line through the shares of days on a scale from 0 to 100."""
    room, low = WIDTH - LEFT - RIGHT, TALL - BOTTOM
    step = room / max(1, len(points) - 1)

    def height(share: int) -> float:
        return round(low - share / 100 * (low - TOP), 1)

    parts = [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height(share)}" y2="{height(share)}"'
        f' stroke="{AXIS}"/>'
        f'<text x="{LEFT - 6}" y="{height(share) + 4}" text-anchor="end" {FONT}>{share}%</text>'
        for share in (0, 25, 50, 75, 100)
    ]
    places = [(round(LEFT + n * step, 1), height(one.share)) for n, one in enumerate(points)]
    drawn = " ".join(f"{left},{top}" for left, top in places)
    parts.append(f'<polyline points="{drawn}" fill="none" stroke="{LINE}" stroke-width="2.5"/>')
    ends = [(0, "start"), (len(points) - 1, "end")] if len(points) > 1 else [(0, "start")]
    for number, anchor in ends if points else []:
        left, top = places[number]
        parts.append(f'<circle cx="{left}" cy="{top}" r="4" fill="{LINE}"/>')
        parts.append(
            f'<text x="{left}" y="{TALL - 8}" text-anchor="{anchor}" {FONT}>'
            f"{escape(points[number].day)}</text>"
        )
    return _svg(parts, TALL)


def bars(rows: Sequence[tuple[str, int]]) -> bytes:
    """One bar a line, all on one scale, each with its figure."""
    most = max((figure for _, figure in rows), default=0) or 1
    room = BROAD - LABEL - FIGURE
    parts = []
    for number, (label, figure) in enumerate(rows):
        top, width = number * (BAR + GAP), round(figure / most * room, 1)
        text = top + BAR - 5
        parts.append(
            f'<text x="{LABEL - 8}" y="{text}" text-anchor="end" {LARGE}>{escape(label)}</text>'
            f'<rect x="{LABEL}" y="{top}" width="{width}" height="{BAR}" fill="{LINE}"/>'
            f'<text x="{LABEL + width + 6}" y="{text}" {LARGE}>{figure:,}</text>'
        )
    return _svg(parts, max(1, len(rows)) * (BAR + GAP), BROAD)


def _svg(parts: Sequence[str], height: int, width: int = WIDTH) -> bytes:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="{INK}">'
    return f"{head}{''.join(parts)}</svg>".encode()
