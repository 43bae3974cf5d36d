"""From what somebody chose in a form to a layout: a field for each heading, and how it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quartermaster.billing.rules.invoices import ChargeKind
from quartermaster.usage.rules.fields import CHARGE, FIELDS, Family, Form
from quartermaster.usage.rules.profiles import UNITS, Profile, Unit

DATES = {
    "%m/%d/%Y": "11/24/2026",
    "%m/%d/%y": "11/24/26",
    "%Y%m%d": "20261124",
    "%d.%m.%Y": "24.11.2026",
    "%d-%b-%Y": "24-Nov-2026",
    "%b %d, %Y": "Nov 24, 2026",
}
TIMES = {
    "%I:%M %p": "03:45 PM",
    "%I:%M%p": "03:45PM",
    "%H:%M": "15:45",
    "%H:%M:%S": "15:45:30",
    "%H%M": "1545",
}


@dataclass(frozen=True)
class Chosen:
    """One heading with what was chosen for it (see `choice`), and words where it takes some."""

    heading: str
    choice: str
    words: Mapping[str, Sequence[str]] | None = None


def choice(field: str, unit: str | None = None, charge: str | None = None) -> str:
    """A choice in one word: ``kilobytes@megabytes``, ``charge:tax``, ``number``."""
    return f"{CHARGE}:{charge}" if charge else f"{field}@{unit}" if unit else field


def choices_of(family: Family) -> list[tuple[str, str]]:
    """Every choice for a heading of this family, with the words for it."""
    found: list[tuple[str, str]] = []
    for name, field in FIELDS[family].items():
        if name == CHARGE:
            found += [(choice(name, None, k.value), f"Amount: {k.label}") for k in ChargeKind]
        elif units := units_of(name, family):
            found += [(choice(name, unit), f"{field.title}, {_counted(unit)}") for unit in units]
        else:
            found.append((name, field.title))
    return found


def _counted(unit: Unit) -> str:
    return {Unit.CLOCK: "as 1:02:03", Unit.WRITTEN: "with its unit, as 12 MB"}.get(
        unit, f"in {unit.value}"
    )


def units_of(field: str, family: Family) -> list[Unit]:
    """In what a field may be counted."""
    known = FIELDS[family].get(field)
    return sorted(UNITS.get(known.form, frozenset())) if known else []


def takes_words(field: str, family: Family) -> tuple[str, ...]:
    """The values of a field for which words are asked."""
    known = FIELDS[family].get(field)
    return known.values if known and known.form is Form.WORDS else ()


def layout_of(
    *, family: Family, title: str, chosen: Sequence[Chosen], date: str, time: str, before: Any
) -> dict[str, Any]:
    """The layout as data; what ``before`` says of kinds and of rows that are none stays."""
    columns = []
    for item in chosen:
        field, _, unit = item.choice.partition("@")
        field, _, charge = field.partition(":")
        column: dict[str, Any] = {"field": field, "aliases": [item.heading]}
        if charge:
            column["charge"] = charge
        if unit:
            column["unit"] = unit
        if item.words:
            column["words"] = {k: list(words) for k, words in item.words.items() if words}
        if field != CHARGE and _is_telling(field):
            column["needed"] = True
        columns.append(column)
    kept = {name: before[name] for name in ("kinds", "ignored") if before and name in before}
    return {
        "family": family.value,
        "title": title,
        "columns": columns,
        "dates": [date],
        "times": [time],
        "moments": [f"{date} {time}"],
        **kept,
    }


def _is_telling(field: str) -> bool:
    """Fields that tell one layout from another, where the file has them."""
    return field in {"account", "date", "time", "at", "plan", "category", "other"}


def with_layout(
    *, key: str, title: str, names: Sequence[str], layout: dict[str, Any], before: Profile | None
) -> dict[str, Any]:
    """A profile as data with this layout in the place of the one of the same family."""
    kept = [
        data
        for data in (before.as_data()["layouts"] if before else [])
        if data["family"] != layout["family"]
    ]
    return {
        "key": key,
        "title": title,
        "carrier_names": list(names),
        "layouts": [*kept, layout],
    }
