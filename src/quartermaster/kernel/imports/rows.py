"""From a table to checked rows, and an error with line and column for each that will not do."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from quartermaster.kernel.imports.layout import ImportRow, Layout
from quartermaster.kernel.imports.reading import Line, Table

R = TypeVar("R", bound=ImportRow)

# What turns the direction of the text around could show one name and mean another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SENTENCES = {
    "missing": "must not be empty",
    "string_too_short": "must not be empty",
    "string_too_long": "has more than {max_length} characters",
    "enum": "must be {expected}",
    "date": "must be a date such as 2026-11-24",
    "int": "must be a whole number",
    "decimal": "must be a number",
    "float": "must be a number",
    "bool": "must be yes or no",
}


@dataclass(frozen=True)
class RowError:
    """What is wrong in one cell; ``column`` is empty where it is the whole row."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"Line {self.line}, {self.column}" if self.column else f"Line {self.line}"
        return f"{where}: {self.message}"


@dataclass(frozen=True)
class Row(Generic[R]):
    """A checked row. ``given`` are the fields that the file has a column for."""

    line: int
    key: str
    value: R
    given: frozenset[str]


@dataclass(frozen=True)
class Reading(Generic[R]):
    """What was read: good rows, errors, headings ignored, and the key of every line."""

    layout: Layout[R]
    rows: tuple[Row[R], ...]
    errors: tuple[RowError, ...]
    ignored: tuple[str, ...]
    keys: dict[int, str] = field(default_factory=dict)


def read_rows(layout: Layout[R], table: Table) -> Reading[R]:
    """Check every row of a table against the layout; raises only where the header will not do."""
    places, ignored = layout.columns(table.header)
    rows: list[Row[R]] = []
    errors: list[RowError] = []
    keys: dict[int, str] = {}
    for line in table.lines:
        if len(line.cells) != len(table.header):
            count = len(line.cells)
            errors.append(
                RowError(
                    line.number, "", f"has {count} cells where the header has {len(table.header)}."
                )
            )
            continue
        raw = {
            name: unicodedata.normalize("NFC", line.cells[index]) for name, index in places.items()
        }
        keys[line.number] = raw[layout.key]
        found, value = _check(layout, line, raw)
        errors += found
        if value is not None:
            key = str(getattr(value, layout.key))
            keys[line.number] = key
            rows.append(Row(line.number, key, value, frozenset(places)))
    errors += _duplicates(layout, rows)
    return Reading(layout, tuple(rows), tuple(errors), ignored, keys)


def _check(layout: Layout[R], line: Line, raw: dict[str, str]) -> tuple[list[RowError], R | None]:
    odd = [
        RowError(line.number, layout.title(name), "contains a control character.")
        for name, text in raw.items()
        if any(_is_odd(character) for character in text)
    ]
    if odd:
        return odd, None
    try:
        return [], layout.model.model_validate({k: text for k, text in raw.items() if text})
    except ValidationError as problem:
        return [
            RowError(line.number, _column(layout, item), f"{_sentence(item)}.")
            for item in problem.errors(include_url=False)
        ], None


def _is_odd(character: str) -> bool:
    if character in "\t\r\n":
        return False
    return unicodedata.category(character) == "Cc" or character in _TURNING


def _column(layout: Layout[Any], item: Any) -> str:
    return layout.title(str(item["loc"][0])) if item["loc"] else ""


def _sentence(item: Any) -> str:
    """Pydantic's finding in the words of someone who looks at a spreadsheet."""
    for start, sentence in _SENTENCES.items():
        if item["type"].startswith(start):
            return sentence.format(**item.get("ctx", {}))
    return str(item["msg"]).removeprefix("Value error, ").rstrip(".")


def _duplicates(layout: Layout[R], rows: Iterable[Row[R]]) -> list[RowError]:
    errors = []
    rows = list(rows)
    for name in dict.fromkeys((layout.key, *layout.unique)):
        first: dict[str, int] = {}
        for row in rows:
            value = str(getattr(row.value, name) or "").casefold()
            if not value:
                continue
            if value in first:
                message = f"is the same as in line {first[value]}."
                errors.append(RowError(row.line, layout.title(name), message))
            first.setdefault(value, row.line)
    return errors
