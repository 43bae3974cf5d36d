"""Where in a text the headings are, what stands between cells, and which layout fits."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from quartermaster.usage.reading.bounds import BOUNDS, Bounds, FileRefused
from quartermaster.usage.rules.fitting import Fitted, best, missing, plain
from quartermaster.usage.rules.profiles import Delimiter, Profile

DELIMITERS = tuple(item.value for item in Delimiter if item is not Delimiter.ANY)


@dataclass(frozen=True)
class Found:
    """A table within a text: its layout, and where its rows begin."""

    path: Path
    profile: Profile
    fitted: Fitted
    delimiter: str
    skipped: int  # lines before the first row, the headings among them


@dataclass(frozen=True)
class Head:
    """A line that may be the headings, read with one delimiter."""

    cells: tuple[str, ...]
    delimiter: str
    line: int


def heads(path: Path, *, bounds: Bounds = BOUNDS) -> list[Head]:
    """The first lines of a text, each with every delimiter that divides it."""
    with path.open(encoding="utf-8", newline="") as source:
        lines = [line.rstrip("\r\n") for line in islice(source, bounds.search)]
    found = []
    for number, line in enumerate(lines, start=1):
        for delimiter in DELIMITERS:
            cells = _cells(line, delimiter)
            if len(cells) > bounds.columns:
                raise FileRefused(f"The file has more than {bounds.columns} columns.")
            if len([cell for cell in cells if cell]) > 1:
                found.append(Head(cells, delimiter, number))
    return found


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        row = next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return ()
    return tuple(cell.strip() for cell in row)


def locate(path: Path, name: str, profiles: Sequence[Profile], *, bounds: Bounds = BOUNDS) -> Found:
    """The table of a text.

    Raises:
        FileRefused: no layout fits, or several do equally well.
    """
    candidates = heads(path, bounds=bounds)
    for head in candidates:
        fitting = [
            (profile, fitted)
            for profile, fitted in best(profiles, head.cells)
            if fitted.layout.delimiter in {Delimiter.ANY, head.delimiter}
            or head.delimiter == Delimiter.COMMA.value  # workbooks, and what was saved anew
        ]
        if len(fitting) > 1:
            titles = " and ".join(f"“{p.title}”" for p, _ in fitting[:3])
            raise FileRefused(f"{name} may be {titles}. Say which profile it is of.")
        if fitting:
            profile, fitted = fitting[0]
            return Found(path, profile, fitted, head.delimiter, head.line)
    raise FileRefused(_why_not(name, candidates, profiles))


def _why_not(name: str, candidates: Sequence[Head], profiles: Sequence[Profile]) -> str:
    """Which layout is the nearest, and what the file lacks for it."""
    nearest = (0, "")
    for head in candidates:
        flat = {plain(cell) for cell in head.cells}
        for profile in profiles:
            for layout in profile.layouts:
                known = sum(
                    bool(flat & {plain(alias) for alias in column.aliases})
                    for column in layout.columns
                )
                lacks = ", ".join(title.lower() for title in missing(layout, head.cells)[:4])
                said = f"The nearest is “{layout.title}” of {profile.title}, without {lacks}."
                nearest = max(nearest, (known, said))
    if not nearest[0]:
        return f"No profile knows the headings of {name}. Make a profile from it first."
    return f"No profile fits the headings of {name}. {nearest[1]}"


def rows_of(found: Found, *, bounds: Bounds = BOUNDS) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table with their numbers in the text, for what is read row by row.

    Raises:
        FileRefused: a cell is larger than any cell is, or there are too many rows.
    """
    with found.path.open(encoding="utf-8", newline="") as source:
        for _ in range(found.skipped):
            source.readline()
        reader = csv.reader(source, delimiter=found.delimiter)
        count = 0
        try:
            while (row := next(reader, None)) is not None:
                count += 1
                if count > bounds.summary_rows:
                    raise FileRefused(
                        f"A summary has more than {bounds.summary_rows:,} rows. Divide the file."
                    )
                yield found.skipped + reader.line_num, row
        except csv.Error as problem:
            raise FileRefused(
                f"Row {found.skipped + reader.line_num} cannot be read: {problem}."
            ) from problem
