"""The life of a thing drawn: a bar of its custodians, and below it a lane for each kind of event.

Time runs from left to right, but a day on somebody's desk is not to vanish beside three years in a
pocket: each period has at least a bar that can be seen. Within a period time runs evenly.
"""

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from quartermaster.inventory.histories import Held
from quartermaster.inventory.models import Custodian
from quartermaster.web.timelines import Lane

WIDTH = 960
LABEL = 120
LEAST = 26.0
TOP = 26
BAR = 34
LANE = 34
AXIS = 26
DOT = 6
LETTER = 7.2
APART = 100.0  # between two days below the axis, and from the outer ones, which lie to one side
OUTER = 135.0

TONES = {
    Custodian.STOCK: "neutral",
    Custodian.PERSON: "good",
    Custodian.DEPARTMENT: "good",
    Custodian.LOST: "bad",
    Custodian.REPAIR: "warning",
    Custodian.CARRIER: "info",
    Custodian.DEVICE: "good",
    Custodian.LINE: "info",
    Custodian.DISPOSED: "dark",
}
# the same colours on paper, where no style sheet reaches; white letters stand out on each
INK = {
    "good": "#216e1f",
    "warning": "#8a5a00",
    "bad": "#b50909",
    "info": "#1a5f9e",
    "neutral": "#565c65",
    "dark": "#1b1b1b",
}


@dataclass(frozen=True)
class Drawn:
    """A period in the picture. ``label`` is cut to what fits."""

    number: int
    left: float
    width: float
    label: str
    title: str
    ink: str


@dataclass(frozen=True)
class Dot:
    """An event in the picture."""

    number: int
    left: float
    title: str
    ink: str


@dataclass(frozen=True)
class DrawnLane:
    title: str
    top: int
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Row:
    """A line of the table beside the picture, in the order of time."""

    number: int
    at: datetime
    lane: str
    title: str
    note: str
    by: str = ""
    until: datetime | None = None
    address: str = ""


@dataclass(frozen=True)
class Picture:
    """Everything that the template needs."""

    sentence: str
    bars: tuple[Drawn, ...]
    lanes: tuple[DrawnLane, ...]
    marks: tuple[tuple[float, str, str], ...]
    rows: tuple[Row, ...]
    height: int
    axis: int
    width: int = WIDTH
    bar_top: int = TOP
    bar_height: int = BAR


class Scale:
    """Where an instant lies: evenly within each period, and each wide enough to see."""

    def __init__(self, edges: Sequence[datetime]) -> None:
        self.edges = list(edges)
        spans = [(b - a).total_seconds() for a, b in itertools.pairwise(edges)]
        room = WIDTH - LABEL
        least = min(LEAST, room / max(1, len(spans)))
        free, whole = room - least * len(spans), sum(spans) or 1.0
        self.places = [float(LABEL)]
        for span in spans:
            self.places.append(self.places[-1] + least + free * span / whole)

    def __call__(self, when: datetime) -> float:
        index = min(max(bisect_right(self.edges, when) - 1, 0), len(self.edges) - 2)
        began, ended = self.edges[index], self.edges[index + 1]
        span = (ended - began).total_seconds()
        share = (when - began).total_seconds() / span if span else 0.0
        left, right = self.places[index], self.places[index + 1]
        return round(left + (right - left) * min(1.0, max(0.0, share)), 1)


def picture(name: str, held: Sequence[Held], lanes: Sequence[Lane], at: datetime) -> Picture:
    """The picture of a thing's life up to now, with its table."""
    rows = _rows(held, lanes)
    numbers = {(row.lane, row.at, row.title): row.number for row in rows}
    shown = [item for item in held if not item.momentary]
    edges = _edges(shown, lanes, at)
    scale = Scale(edges)
    top = TOP + BAR + 12
    drawn_lanes = tuple(
        DrawnLane(lane.title, top + index * LANE, _dots(lane, scale, numbers))
        for index, lane in enumerate(lanes)
    )
    axis = top + len(lanes) * LANE
    return Picture(
        sentence=_sentence(name, held),
        bars=tuple(_bar(item, scale, numbers, edges[-1]) for item in shown),
        lanes=drawn_lanes,
        marks=_marks(edges, scale),
        rows=rows,
        height=axis + AXIS,
        axis=axis,
    )


def _edges(held: Sequence[Held], lanes: Sequence[Lane], at: datetime) -> list[datetime]:
    instants = {item.since for item in held} | {item.until for item in held if item.until}
    events = [event.at for lane in lanes for event in lane.events]
    instants |= {min(events), max(events)} if events else set()
    last = max([at, *instants])
    first = min([*instants, last - timedelta(days=1)])
    return sorted({first, *instants, last})


def _rows(held: Sequence[Held], lanes: Sequence[Lane]) -> tuple[Row, ...]:
    told = [
        (item.since, 0, CUSTODY, item.verb, item.where, item.by, item.until, "", item.reason)
        for item in held
    ]
    told += [
        (event.at, 1 + index, lane.title, event.title, event.note, "", None, event.address, "")
        for index, lane in enumerate(lanes)
        for event in lane.events
    ]
    told.sort(key=lambda item: item[:2])
    return tuple(
        Row(
            number=number,
            at=when,
            lane=lane,
            title=title,
            note=". ".join(part for part in (note, reason) if part),
            by=by,
            until=until,
            address=address,
        )
        for number, (when, _, lane, title, note, by, until, address, reason) in enumerate(told, 1)
    )


CUSTODY = "Custody"


def _bar(
    item: Held, scale: Scale, numbers: dict[tuple[str, datetime, str], int], end: datetime
) -> Drawn:
    left, right = scale(item.since), scale(item.until or end)
    number = numbers[(CUSTODY, item.since, item.verb)]
    width = round(max(right - left - 1, 2), 1)
    ends = _day(item.until) if item.until else "today"
    return Drawn(
        number=number,
        left=left,
        width=width,
        label=_fitting(item.where, width - 12),
        title=f"{number}. {item.where}, {_day(item.since)} to {ends}",
        ink=INK[TONES[item.custodian]],
    )


def _dots(
    lane: Lane, scale: Scale, numbers: dict[tuple[str, datetime, str], int]
) -> tuple[Dot, ...]:
    found = []
    for event in lane.events:
        number = numbers[(lane.title, event.at, event.title)]
        said = f"{number}. {event.title}, {_day(event.at)}"
        found.append(Dot(number, scale(event.at), said, INK.get(event.tone, INK["info"])))
    return tuple(found)


def _marks(edges: Sequence[datetime], scale: Scale) -> tuple[tuple[float, str, str], ...]:
    """The days written below, as many as there is room for, the first and the last for certain."""
    places = [(scale(edge), _day(edge)) for edge in edges]
    last = places[-1]
    marks = [(places[0][0], places[0][1], "start")]
    for place, words in places[1:-1]:
        room = OUTER if len(marks) == 1 else APART
        if place - marks[-1][0] >= room and last[0] - place >= OUTER:
            marks.append((place, words, "middle"))
    if last[0] - marks[-1][0] >= (OUTER if len(marks) > 1 else 2 * APART):
        marks.append((last[0], last[1], "end"))
    return tuple(marks)


def _fitting(words: str, room: float) -> str:
    letters = int(room / LETTER)
    if len(words) <= letters:
        return words
    return f"{words[: letters - 1].rstrip(' ,(')}…" if letters > 6 else ""  # noqa: PLR2004


def _day(when: datetime) -> str:
    local = timezone.localtime(when)
    return f"{local.strftime('%b')} {local.day}, {local.year}"


def _sentence(name: str, held: Sequence[Held]) -> str:
    if not held:
        return f"{name}: nothing that you may see is on record."
    last = held[-1]
    count = f"{len(held)} custodians" if len(held) > 1 else "one custodian"
    tail = "" if last.until else f"; since {_day(last.since)}: {last.where}"
    return f"{name} from {_day(held[0].since)}: {count}{tail}."
