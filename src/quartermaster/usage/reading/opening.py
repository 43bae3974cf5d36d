"""A received file as tables: unpacked, each with its layout, and whose its rows are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from quartermaster.usage.reading.bounds import BOUNDS, Bounds
from quartermaster.usage.reading.tables import Found, locate, rows_of
from quartermaster.usage.reading.unpacking import texts_of
from quartermaster.usage.rules.contents import TableRead
from quartermaster.usage.rules.profiles import Coding, Profile
from quartermaster.usage.rules.reading import Given, read_table


@dataclass(frozen=True)
class Opened:
    """A table of a file. Of a summary it is read already; detail is read by the warehouse."""

    name: str
    found: Found
    summary: TableRead | None


def opened(
    path: Path,
    name: str,
    work: Path,
    profiles: Sequence[Profile],
    given: Given,
    *,
    bounds: Bounds = BOUNDS,
) -> Iterator[Opened]:
    """Every table of a file, one after another.

    Raises:
        FileRefused: the file, or a table of it, cannot be taken.
    """
    for text in texts_of(path, name, work, bounds=bounds):
        found = _as_utf8(locate(text.path, text.name, profiles, bounds=bounds))
        summary = None
        if not found.fitted.layout.family.is_detail:
            summary = read_table(found.fitted, rows_of(found, bounds=bounds), given)
        yield Opened(text.name, found, summary)


def _as_utf8(found: Found) -> Found:
    """The text is UTF-8 by now, whatever its layout says of the carrier's file."""
    layout = found.fitted.layout.model_copy(update={"coding": Coding.UTF8})
    return replace(found, fitted=replace(found.fitted, layout=layout))
