"""Profiles: how one carrier writes its files. Data, checked strictly; every importer is a mapping.

A profile has a layout for each family of files. A layout names for each field its headings
(aliases), and how dates, times, lengths, volumes and words are to be read. What is not said here
is the same for all:

- an amount may have a dollar sign, commas, parentheses or a minus for a credit, "CR" after it;
- a number of the line is ten digits, or eleven with 1 before, or + and 8 to 15, with punctuation;
- an empty cell is nothing, zero, or no; text is trimmed;
- days and times in ISO 8601 are read in every layout, because workbooks yield them.
"""

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from quartermaster.billing.rules.invoices import ChargeKind
from quartermaster.usage.rules.fields import CHARGE, FIELDS, Family, Form
from quartermaster.usage.rules.fields import Field as FieldOf


class Unit(StrEnum):
    """What a length or a volume is counted in."""

    SECONDS = "seconds"
    MINUTES = "minutes"  # decimals allowed: 1.5 is 90 seconds
    CLOCK = "clock"  # 1:02:03 or 62:03, and 00:01:30
    BYTES = "bytes"
    KILOBYTES = "kilobytes"  # of 1,024 bytes, and so on; parts are rounded half up
    MEGABYTES = "megabytes"
    GIGABYTES = "gigabytes"
    WRITTEN = "written"  # the cell says it: "12.5 MB"


UNITS = {
    Form.DURATION: frozenset({Unit.SECONDS, Unit.MINUTES, Unit.CLOCK}),
    Form.VOLUME: frozenset(set(Unit) - {Unit.SECONDS, Unit.MINUTES, Unit.CLOCK}),
}


class Delimiter(StrEnum):
    """What stands between cells; ``ANY`` is found out by the line of headings."""

    ANY = "any"
    COMMA = ","
    TAB = "\t"
    PIPE = "|"
    SEMICOLON = ";"


class Coding(StrEnum):
    """What a file without a byte order mark is written in; ``ANY``: UTF-8, else Windows-1252."""

    ANY = "any"
    UTF8 = "utf-8"
    WINDOWS_1252 = "windows-1252"


Word = Annotated[str, Field(min_length=1, max_length=120)]
# strptime, as Python and DuckDB both read it. DuckDB takes "26" for %Y as the year 26
DateForm = Annotated[str, Field(pattern=r"^(?:%[YymdbB]|[-/., ]){3,12}$")]
TimeForm = Annotated[str, Field(pattern=r"^(?:%[HIMSp]|[:. ]){2,8}$")]
MomentForm = Annotated[str, Field(pattern=r"^(?:%[YymdbBHIMSp]|[-/., :T]){5,20}$")]

ISO_DATES = ("%Y-%m-%d",)
ISO_TIMES = ("%H:%M:%S", "%H:%M")
ISO_MOMENTS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)


class Column(_Part):
    """One field with the headings under which it is found, the best first.

    ``words`` (for directions and flags) map a value to what the cell says: without regard to
    case; an entry that ends in * is a beginning. A cell that is none of them is "" or no.
    """

    field: str
    aliases: Annotated[tuple[Word, ...], Field(min_length=1, max_length=20)]
    unit: Unit | None = None
    charge: ChargeKind | None = None
    needed: bool = False
    words: dict[str, tuple[Word, ...]] = {}


class Layout(_Part):
    """How the files of one family are written.

    ``ignored`` are beginnings of a row's first cell that make it no row of data ("Total*").
    ``kinds`` say for charges of which kind a text is: of the category, else of the description.
    """

    family: Family
    title: Annotated[str, Field(min_length=1, max_length=120)]
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=80)]
    delimiter: Delimiter = Delimiter.ANY
    coding: Coding = Coding.ANY
    dates: tuple[DateForm, ...] = ("%m/%d/%Y", "%m/%d/%y")
    times: tuple[TimeForm, ...] = ("%I:%M %p", "%I:%M%p", "%H:%M:%S", "%H:%M")
    moments: tuple[MomentForm, ...] = ("%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M")
    ignored: tuple[Word, ...] = ("Total*", "Grand total*")
    kinds: dict[ChargeKind, tuple[Word, ...]] = {}

    @property
    def all_dates(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.dates, *ISO_DATES)))

    @property
    def all_times(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.times, *ISO_TIMES)))

    @property
    def all_moments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.moments, *ISO_MOMENTS)))

    @property
    def fields(self) -> dict[str, FieldOf]:
        """The fields of this family."""
        return dict(FIELDS[self.family])

    def is_needed(self, column: Column) -> bool:
        return column.needed or FIELDS[self.family][column.field].needed

    @model_validator(mode="after")
    def _check(self) -> Self:
        known = FIELDS[self.family]
        seen: set[str] = set()
        for column in self.columns:
            if column.field not in known:
                raise ValueError(f"“{column.field}” is no field of {self.family.label.lower()}")
            if column.field in seen and column.field != CHARGE:
                raise ValueError(f"“{column.field}” is there twice")
            seen.add(column.field)
            _check_column(column, known[column.field])
        missing = sorted(name for name, it in known.items() if it.needed and name not in seen)
        if missing:
            raise ValueError(f"“{missing[0]}” is missing")
        if self.family.is_detail and not ({"at"} & seen or {"date"} & seen):
            raise ValueError("“date” or “at” is missing")
        return self


def _check_column(column: Column, about: FieldOf) -> None:
    units = UNITS.get(about.form)
    if units and column.unit not in units:
        raise ValueError(f"“{column.field}” needs a unit: one of {', '.join(sorted(units))}")
    if column.unit is not None and not units:
        raise ValueError(f"“{column.field}” has no unit")
    if (column.charge is None) != (column.field != CHARGE):
        raise ValueError(f"“{column.field}”: a charge has its kind, and nothing else has one")
    if about.form is Form.WORDS and not column.words:
        raise ValueError(f"“{column.field}” needs words")
    odd = sorted(set(column.words) - set(about.values))
    if odd:
        raise ValueError(f"“{odd[0]}” is no value of “{column.field}”")


class Profile(_Part):
    """How one carrier writes its files. ``carrier_names`` are what contracts may call it."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=120)]
    carrier_names: Annotated[tuple[Word, ...], Field(min_length=1, max_length=12)]
    layouts: Annotated[tuple[Layout, ...], Field(min_length=1, max_length=12)]

    def layout(self, family: Family) -> Layout | None:
        return next((item for item in self.layouts if item.family is family), None)

    @model_validator(mode="after")
    def _one_a_family(self) -> Self:
        families = [item.family for item in self.layouts]
        if len(set(families)) != len(families):
            raise ValueError("a profile has one layout for each family")
        return self

    def as_data(self) -> dict[str, Any]:
        """As it is kept in a row, and as a data file would have it."""
        return self.model_dump(mode="json", exclude_defaults=True)
