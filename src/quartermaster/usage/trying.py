"""A sample of a file, the columns that a layout would have there, and what its rows become."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from quartermaster.kernel.money import dollars
from quartermaster.usage.actions.files.importing import work_folder
from quartermaster.usage.reading.bounds import FileRefused
from quartermaster.usage.reading.tables import heads
from quartermaster.usage.reading.unpacking import texts_of
from quartermaster.usage.rules import values
from quartermaster.usage.rules.fields import CHARGE, FIELDS, Family, Form
from quartermaster.usage.rules.fitting import Fitted, fit, plain
from quartermaster.usage.rules.mapping import choice, units_of
from quartermaster.usage.rules.profiles import Layout, Profile
from quartermaster.usage.rules.reading import Unreadable, is_ignored, kind_of, read_row

ROWS = 12
LONGEST_CELL = 60
LARGEST = 5 * 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """Headings and the first rows of a table; cells bounded."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str

    def as_data(self) -> list[Any]:
        return [list(self.headings), [list(row) for row in self.rows], self.delimiter]

    @classmethod
    def from_data(cls, data: Any) -> "Sample":
        headings, rows, delimiter = data
        return cls(tuple(headings), tuple(tuple(row) for row in rows), str(delimiter))


@dataclass(frozen=True)
class Tried:
    """What became of one row of the sample: its values, or why it would be refused."""

    number: int
    values: tuple[tuple[str, str], ...] = ()
    refused: str = ""
    ignored: bool = False


def sample_of(content: BinaryIO, name: str) -> Sample:
    """The first table of a file, as much of it as is looked at.

    Raises:
        FileRefused: there is none.
    """
    data = content.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise FileRefused("A sample of 5 MB is enough: send the first rows of the file.")
    with TemporaryDirectory(dir=work_folder(), prefix="sample-") as folder:
        path, work = Path(folder) / "received", Path(folder) / "work"
        work.mkdir()
        path.write_bytes(data)
        text = next(iter(texts_of(path, name, work)), None)
        if text is None:
            raise FileRefused("There is nothing in this file.")
        return _first(text.path)


def _first(path: Path) -> Sample:
    candidates = heads(path)
    if not candidates:
        raise FileRefused("No line of this file has headings.")
    most = max(len(head.cells) for head in candidates)
    head = next(head for head in candidates if len(head.cells) == most)
    rows = [
        tuple(cell[:LONGEST_CELL] for cell in later.cells)
        for later in candidates
        if later.line > head.line and later.delimiter == head.delimiter
    ]
    cells = tuple(cell[:LONGEST_CELL] for cell in head.cells)
    return Sample(cells, tuple(rows[:ROWS]), head.delimiter)


def proposed(
    headings: Sequence[str], family: Family, profiles: Sequence[Profile]
) -> dict[int, str]:
    """The field that each heading is likely to be: by the aliases of every profile known."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    for n, heading in enumerate(headings):
        field = _likely(heading, family, profiles)
        if field and (field not in taken or field.startswith(f"{CHARGE}:")):
            found[n] = field
            taken.add(field)
    return found


def _likely(heading: str, family: Family, profiles: Sequence[Profile]) -> str:
    flat = plain(heading)
    layouts = [profile.layout(family) for profile in profiles]
    for layout in filter(None, layouts):
        for column in layout.columns:
            if flat in {plain(alias) for alias in column.aliases}:
                return choice(column.field, column.unit, column.charge)
    for name, field in FIELDS[family].items():
        if name != CHARGE and plain(field.title) == flat:
            return choice(name, next(iter(units_of(name, family)), None))
    return ""


def known_words(field: str, family: Family, profiles: Sequence[Profile]) -> dict[str, list[str]]:
    """The words that profiles have for a field, to begin with."""
    found: dict[str, list[str]] = {}
    for layout in filter(None, (profile.layout(family) for profile in profiles)):
        for column in layout.columns:
            if column.field == field:
                for value, words in column.words.items():
                    more = [word for word in words if word != "*"]
                    found[value] = list(dict.fromkeys([*found.get(value, []), *more]))
    return found


def try_out(layout: Layout, sample: Sample) -> tuple[Fitted, list[Tried]]:
    """What each row of the sample would become under a layout.

    Raises:
        FileRefused: the layout does not fit the sample's headings.
    """
    fitted = fit(layout, sample.headings)
    if fitted is None:
        raise FileRefused("A needed column is not mapped.")
    return fitted, [_tried(fitted, n, row) for n, row in enumerate(sample.rows, start=1)]


def _tried(fitted: Fitted, number: int, row: Sequence[str]) -> Tried:
    if is_ignored(fitted, row):
        return Tried(number, ignored=True)
    try:
        found = read_row(fitted, row)
    except Unreadable as problem:
        return Tried(number, refused=str(problem))
    return Tried(number, tuple(_shown(fitted, found)))


def _shown(fitted: Fitted, found: dict[str, Any]) -> list[tuple[str, str]]:
    titles = FIELDS[fitted.layout.family]
    shown = [
        (titles[name].title, _written(titles[name].form, value))
        for name, value in found.items()
        if name != "charges"
    ]
    shown += [
        (f"{charge.kind.label}: {charge.description}", dollars(charge.cents))
        for charge in found.get("charges", ())
    ]
    if fitted.layout.family is Family.CHARGES:
        kind = kind_of(fitted, found.get("category", ""), found["description"])
        shown.append(("Is for", kind.label))
    return shown


def _written(form: Form, value: Any) -> str:
    """A value as people read it, with what it is counted in."""
    if form is Form.CENTS:
        return dollars(value)
    if form is Form.DURATION:
        return f"{value:,} seconds"
    if form is Form.VOLUME:
        return f"{value:,} kilobytes"
    if form is Form.SPAN:
        return f"{value[0]} to {value[1]}"
    return values.text(str(value))
