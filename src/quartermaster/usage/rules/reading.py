"""Rows of a summary to what they say: pure, row by row, each taken or refused with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from quartermaster.billing.rules.invoices import Amounts, Charge, ChargeKind, LineBill
from quartermaster.usage.rules import values
from quartermaster.usage.rules.contents import (
    LineContent,
    PartRead,
    Refusal,
    TableRead,
    Whose,
    as_text,
)
from quartermaster.usage.rules.cycles import span
from quartermaster.usage.rules.fields import FIELDS, Family, Form
from quartermaster.usage.rules.fitting import Fitted, Placed
from quartermaster.usage.rules.profiles import Unit
from quartermaster.usage.rules.words import matches, value_of

LONGEST = {
    "account": 40, "invoice": 60, "user": 120, "cost_centre": 60, "plan": 80, "iccid": 20,
    "imei": 16, "description": 200,
}  # fmt: skip


class Unreadable(Exception):  # noqa: N818
    """A row that cannot be taken; the message is the reason."""


@dataclass(frozen=True)
class Given:
    """What is known of a table beside its rows: from whoever sends it, or a file beside it."""

    account: str = ""
    from_on: date | None = None
    until_on: date | None = None

    @property
    def nothing(self) -> bool:
        return self == Given()


def is_ignored(fitted: Fitted, cells: Sequence[str]) -> bool:
    """Whether a row is none of data: empty, or a total."""
    first = values.trimmed(cells[0]) if cells else ""
    return not any(values.trimmed(cell) for cell in cells) or any(
        matches(first, word) for word in fitted.layout.ignored
    )


def read_row(fitted: Fitted, cells: Sequence[str]) -> dict[str, Any]:
    """The values of a row by field; a field that is not there, or empty, is missing.

    Raises:
        Unreadable: a cell cannot be read, or a needed one is empty.
    """
    if any(values.trimmed(cell) for cell in cells[len(fitted.headings) :]):
        raise Unreadable("It has more cells than there are headings.")
    found: dict[str, Any] = {}
    for item in fitted.placed:
        cell = values.trimmed(cells[item.index]) if item.index < len(cells) else ""
        value = _value(fitted, item, cell) if cell else None
        if item.column.charge is not None:
            if value:
                heading = values.text(item.heading, LONGEST["description"])
                found.setdefault("charges", []).append(Charge(item.column.charge, heading, value))
        elif value is not None:
            found[item.field] = value
        elif FIELDS[fitted.layout.family][item.field].needed and not cell:
            raise Unreadable(f"{FIELDS[fitted.layout.family][item.field].title}: empty.")
    return found


def read_cells(fitted: Fitted, cells: Mapping[str, str]) -> dict[str, Any]:
    """The values of single fields, given their cells by field.

    Raises:
        Unreadable: a cell cannot be read.
    """
    found = {}
    for item in fitted.placed:
        cell = values.trimmed(cells.get(item.field, ""))
        if cell:
            found[item.field] = _value(fitted, item, cell)
    return found


def _value(fitted: Fitted, item: Placed, cell: str) -> Any:
    layout, column = fitted.layout, item.column
    form = fitted.form(item)
    unit = column.unit or Unit.WRITTEN
    readers: dict[Form, Any] = {
        Form.PHONE: lambda: values.phone(cell),
        Form.PARTY: lambda: values.party(cell),
        Form.DATE: lambda: values.day(cell, layout.all_dates),
        Form.TIME: lambda: values.clock_time(cell, layout.all_times),
        Form.MOMENT: lambda: values.moment(cell, layout.all_moments),
        Form.SPAN: lambda: values.span(cell, layout.all_dates),
        Form.CENTS: lambda: values.cents(cell),
        Form.DURATION: lambda: values.seconds(cell, unit),
        Form.VOLUME: lambda: values.kilobytes(cell, unit),
        Form.COUNT: lambda: values.count(cell),
        Form.WORDS: lambda: value_of(cell, column.words),
        Form.TEXT: lambda: values.text(cell, LONGEST.get(item.field, values.LONGEST_TEXT)),
    }
    value = readers[form]()
    if value is None:
        title = FIELDS[layout.family][item.field].title
        raise Unreadable(f"{title}: {_quoted(cell, layout.family)} cannot be read.")
    return value


def _quoted(cell: str, family: Family) -> str:
    """A cell as a reason names it; of call detail its form alone: it may be whom one called."""
    said = values.text(cell, 40)
    return f"a cell written like “{values.form_of(said)}”" if family.is_detail else f"“{said}”"


def whose_of(row: dict[str, Any], given: Given) -> Whose:
    """Whose row this is; what the row itself says goes before what is given."""
    account = row.get("account") or given.account
    if not account:
        raise Unreadable("No account: neither the row nor who sent the file says it.")
    both = row.get("cycle_span") or _cycle_of(row.get("cycle_from"), row.get("cycle_until"), given)
    if both is None:
        raise Unreadable("No bill cycle: neither the row nor who sent the file says it.")
    if both[0] > both[1]:
        raise Unreadable("The bill cycle ends before it begins.")
    return Whose(account, *both)


def _cycle_of(
    from_on: date | None, until_on: date | None, given: Given
) -> tuple[date, date] | None:
    """Both days; the one that a row does not say is the one given, where the other agrees."""
    if from_on is None and until_on in {None, given.until_on}:
        return span(given.from_on, given.until_on)
    if until_on is None and from_on == given.from_on:
        return span(from_on, given.until_on)
    return span(from_on, until_on)


def read_table(
    fitted: Fitted, rows: Iterable[tuple[int, Sequence[str]]], given: Given
) -> TableRead:
    """Every row of a summary, gathered by account and cycle. Detail is read elsewhere."""
    read = TableRead()
    parts: dict[Whose, PartRead] = {}
    for number, cells in rows:
        if is_ignored(fitted, cells):
            read.ignored += 1
            continue
        read.rows += 1
        try:
            row = read_row(fitted, cells)
            whose = whose_of(row, given)
            part = parts.setdefault(whose, PartRead(fitted.layout.family, whose))
            _take(fitted, part, row)
        except Unreadable as problem:
            read.refusals.append(Refusal(number, str(problem), as_text(list(cells))))
    read.parts = [parts[whose] for whose in sorted(parts)]
    return read


def _take(fitted: Fitted, part: PartRead, row: dict[str, Any]) -> None:
    for name in ("invoice", "issued_on", "due_on"):
        if row.get(name) and not part.head.get(name):
            part.head[name] = row[name]
    part.rows += 1
    if part.family is Family.ACCOUNT:
        part.head["total"] = part.head.get("total", 0) + row["total"]
        part.charges += row.get("charges", ())
    elif part.family is Family.LINES:
        part.lines.append(_line(row))
    elif "number" in row:
        part.lines.append(LineContent(LineBill(row["number"], charges=(_charge(fitted, row),))))
    else:
        part.charges.append(_charge(fitted, row))


def _charge(fitted: Fitted, row: dict[str, Any]) -> Charge:
    from_on, until_on = row.get("from_on"), row.get("until_on")
    spans = bool(from_on and until_on and from_on <= until_on)
    return Charge(
        kind_of(fitted, row.get("category", ""), row["description"]),
        row["description"],
        row["amount"],
        from_on if spans else None,
        until_on if spans else None,
    )


def kind_of(fitted: Fitted, category: str, description: str) -> ChargeKind:
    """What a charge is for: by its category, else by its description, else other."""
    for said in (category, description):
        found = value_of(said, {kind.value: words for kind, words in fitted.layout.kinds.items()})
        if found:
            return ChargeKind(found)
    return ChargeKind.OTHER


def _line(row: dict[str, Any]) -> LineContent:
    used = Amounts(**{name: row.get(name, 0) for name in Amounts.__dataclass_fields__})
    texts = {name: row.get(name, "") for name in ("plan", "user", "cost_centre", "iccid", "imei")}
    bill = LineBill(row["number"], **texts, used=used, charges=tuple(row.get("charges", ())))
    return LineContent(bill, row.get("total"))
