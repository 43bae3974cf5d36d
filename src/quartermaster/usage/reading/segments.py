"""Segments of an ANSI X12 interchange, and its envelope: strict, counted, in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from quartermaster.usage.reading.bounds import Bounds, FileRefused

_HEADER = 106  # characters of ISA, which is of fixed length
_BLOCK = 1024 * 1024
_LONGEST = 64 * 1024
SET = "811"
GROUP = "CI"


@dataclass(frozen=True)
class Segment:
    """One segment: its name, and its elements by their position from one."""

    name: str
    elements: tuple[str, ...]
    place: int  # in the interchange, from one

    def __getitem__(self, position: int) -> str:
        return self.elements[position - 1] if position <= len(self.elements) else ""


def is_interchange(path: Path) -> bool:
    with path.open(encoding="utf-8", newline="") as source:
        head = source.read(_HEADER).lstrip("\r\n ")
    return head.startswith("ISA") and len(head) > 3 and not head[3].isalnum()  # noqa: PLR2004


def segments_of(path: Path, bounds: Bounds) -> Iterator[Segment]:
    """Every segment, the envelope's among them.

    Raises:
        FileRefused: the header is not sound, or a segment is cut off.
    """
    with path.open(encoding="utf-8", newline="") as source:
        rest = source.read(_HEADER * 2).lstrip("\r\n ")
        if len(rest) < _HEADER:
            raise FileRefused("The interchange is cut off in its header.")
        between, end = rest[3], rest[_HEADER - 1]
        if rest[:_HEADER].count(between) != 16 or end.isalnum() or end in {between, " "}:  # noqa: PLR2004
            raise FileRefused("The interchange's header (ISA) is not as it must be.")
        place = 0
        while True:
            block = source.read(_BLOCK)
            *whole, rest = (rest + block).split(end)
            for text in whole:
                bare = text.strip("\r\n ")
                if not bare:
                    continue
                place += 1
                if len(bare) > _LONGEST or place > bounds.segments:
                    raise FileRefused("The interchange is larger than can be read.")
                name, *elements = bare.split(between)
                yield Segment(name, tuple(e.strip() for e in elements), place)
            if not block:
                break
            if len(rest) > _LONGEST:
                raise FileRefused("A segment of the interchange has no end.")
    if rest.strip("\r\n \x1a"):
        raise FileRefused("The interchange is cut off: its last segment has no end.")


def sets_of(path: Path, bounds: Bounds) -> Iterator[Segment]:
    """The inner segments of each transaction set, one after another; ST opens one, SE ends it.

    Every count and control number of the envelope is checked.
    """
    envelope = _Envelope()
    for segment in segments_of(path, bounds):
        if not envelope.is_outer(segment):
            yield segment
    envelope.close()


class _Envelope:
    """ISA, GS, ST and their ends, in the order and with the numbers that they must have."""

    def __init__(self) -> None:
        self.open: list[tuple[str, str]] = []  # what is open, with its control number
        self.sets = self.groups = self.inner = 0

    def is_outer(self, segment: Segment) -> bool:
        """Whether it is of the envelope alone; ST and SE are handed on."""
        begin = {"ISA": (0, 13), "GS": (1, 6), "ST": (2, 2)}.get(segment.name)
        end = {"IEA": ("ISA", 2), "GE": ("GS", 2), "SE": ("ST", 2)}.get(segment.name)
        self.inner += 1
        if begin:
            self._begin(segment, *begin)
        elif end:
            self._end(segment, *end)
        elif not self.open or self.open[-1][0] != "ST":
            raise FileRefused(f"Segment {segment.place} ({segment.name}) stands outside of a set.")
        return segment.name in {"ISA", "GS", "GE", "IEA"}

    def _begin(self, segment: Segment, depth: int, number: int) -> None:
        if len(self.open) != depth:
            raise FileRefused(f"Segment {segment.place} ({segment.name}) is out of place.")
        if segment.name == "GS" and segment[1] != GROUP:
            raise FileRefused(f"The interchange has a group {segment[1]}; invoices are of {GROUP}.")
        if segment.name == "ST" and segment[1] != SET:
            raise FileRefused(f"The interchange has a set {segment[1]}; invoices are of {SET}.")
        self.groups += segment.name == "GS"
        self.sets = 0 if segment.name == "GS" else self.sets + (segment.name == "ST")
        self.inner = 1
        self.open.append((segment.name, segment[number]))

    def _end(self, segment: Segment, of: str, number: int) -> None:
        if not self.open or self.open[-1][0] != of:
            raise FileRefused(f"Segment {segment.place} ({segment.name}) is out of place.")
        counted = {"SE": self.inner, "GE": self.sets, "IEA": self.groups}[segment.name]
        if segment[1].lstrip("0") != str(counted):
            raise FileRefused(
                f"{segment.name} counts {segment[1] or 'nothing'} where there are {counted}."
                " Something is missing; ask for the interchange again."
            )
        if segment[number] != self.open.pop()[1]:
            raise FileRefused(f"{segment.name} has another control number than its beginning.")

    def close(self) -> None:
        if self.open or not self.groups:
            raise FileRefused("The interchange is cut off: its envelope is not closed.")
