"""Charts as SVG made on the server, always with the figures in a table beside them.

.. code-block:: python

    Body("charts/bars.html", chart=bars("Devices by state", [Bar("Pass", 42, "good"), …]))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

WIDTH = 640
NARROW = 440
THICK = 22
GAP = 14
LABEL = 190
FIGURE = 70
TALL = 180
SCALE = 44
EDGE = 10
LETTERS = 20  # of a line of a label: so many stand beside a bar on a phone


class Bar(NamedTuple):
    """One figure. ``tone`` as of a chip; ``address`` leads to the things counted."""

    label: str
    figure: int
    tone: str = "info"
    address: str = ""


@dataclass(frozen=True)
class Drawn:
    """A bar with its place in the picture and its share."""

    bar: Bar
    left: float
    top: float
    width: float
    share: int

    @property
    def lines(self) -> tuple[str, ...]:
        """The label as it fits beside the bar; the table has it whole."""
        found = wrap(self.bar.label, LETTERS, max_lines=2, placeholder="…", break_long_words=True)
        return tuple(found)


@dataclass(frozen=True)
class Chart:
    """A picture: what it says in a sentence, and its bars placed."""

    title: str
    sentence: str
    drawn: tuple[Drawn, ...]
    height: int
    total: int
    width: int = WIDTH
    thick: int = THICK
    label_end: int = LABEL - 10
    column: str = "State"


def _sentence(title: str, parts: Sequence[Bar], total: int) -> str:
    if not total:
        return f"{title}: nothing to count yet."
    figures = ", ".join(f"{bar.label.lower()} {bar.figure}" for bar in parts)
    return f"{title}: {figures}; {total} in all."


def bars(
    title: str,
    parts: Sequence[Bar],
    *,
    width: int = WIDTH,
    column: str = "State",
    of: int | None = None,
) -> Chart:
    """One horizontal bar a line, all on one scale.

    ``of`` is what shares are shares of, where it is not the sum of the figures: things that
    overlap. ``column`` names what the bars are; ``NARROW`` is a ``width`` for half a page.
    """
    whole = sum(bar.figure for bar in parts) if of is None else of
    most = max((bar.figure for bar in parts), default=0) or 1
    room = width - LABEL - (FIGURE if width == WIDTH else EDGE)
    drawn = tuple(
        Drawn(
            bar=bar,
            left=LABEL,
            top=index * (THICK + GAP),
            width=round(bar.figure / most * room, 1),
            share=round(100 * bar.figure / whole) if whole else 0,
        )
        for index, bar in enumerate(parts)
    )
    height = max(1, len(parts)) * (THICK + GAP)
    sentence = _sentence(title, parts, whole)
    return Chart(title, sentence, drawn, height, whole, width=width, column=column)


def stack(title: str, parts: Sequence[Bar]) -> Chart:
    """One bar cut into the shares of a whole."""
    total = sum(bar.figure for bar in parts)
    drawn, left = [], 0.0
    for bar in parts:
        width = round(bar.figure / total * WIDTH, 1) if total else 0.0
        share = round(100 * bar.figure / total) if total else 0
        drawn.append(Drawn(bar, round(left, 1), 0, width, share))
        left += width
    return Chart(title, _sentence(title, parts, total), tuple(drawn), THICK, total)


class Moment(NamedTuple):
    """One day of a line: its label, and the share of a hundred that it had."""

    label: str
    share: int


@dataclass(frozen=True)
class Trend:
    """A line over days on a scale from 0 to 100."""

    title: str
    sentence: str
    moments: tuple[Moment, ...]
    line: str  # as SVG's polyline wants it
    dots: tuple[tuple[float, float], ...]
    scale: tuple[tuple[int, float], ...]
    width: int
    height: int = TALL


def trend(title: str, moments: Sequence[Moment], *, width: int = WIDTH) -> Trend:
    """A line through the shares of days, left to right in equal steps."""
    room, first = width - SCALE - EDGE, SCALE
    step = room / (len(moments) - 1) if len(moments) > 1 else 0
    dots = tuple(
        (round(first + index * step, 1), _height_of(moment.share))
        for index, moment in enumerate(moments)
    )
    sentence = f"{title}: nothing to show yet."
    if moments:
        began, ended = moments[0], moments[-1]
        sentence = f"{title}: {began.share}% on {began.label}, {ended.share}% on {ended.label}."
    return Trend(
        title=title,
        sentence=sentence,
        moments=tuple(moments),
        line=" ".join(f"{left},{top}" for left, top in dots),
        dots=dots,
        scale=tuple((share, _height_of(share)) for share in (0, 50, 100)),
        width=width,
    )


def _height_of(share: int) -> float:
    return round(EDGE + (100 - share) / 100 * (TALL - 2 * EDGE), 1)
