"""What the summaries of a cycle say, whatever carrier and form they came in."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from quartermaster.billing.rules.invoices import Amounts, Charge, LineBill
from quartermaster.usage.rules.fields import Family


@dataclass(frozen=True)
class LineContent:
    """A line as one file has it, with the total that the file itself states."""

    bill: LineBill
    total: int | None = None


def _together(same: list[LineContent]) -> LineContent:
    """The same number several times, as after a change of plan: amounts add up."""
    if len(same) == 1:
        return same[0]
    bills = [line.bill for line in same]
    names = Amounts.__dataclass_fields__
    used = Amounts(**{name: sum(getattr(b.used, name) for b in bills) for name in names})
    texts = {
        name: next((getattr(b, name) for b in bills if getattr(b, name)), "")
        for name in ("plan", "user", "cost_centre", "iccid", "imei")
    }
    charges = tuple(charge for b in bills for charge in b.charges)
    totals = [line.total for line in same if line.total is not None]
    bill = LineBill(bills[0].number, **texts, used=used, charges=charges)
    return LineContent(bill, sum(totals) if totals else None)


@dataclass(frozen=True)
class Content:
    """The account, its lines, or its charges, as read out of one file of that family."""

    invoice: str = ""
    issued_on: date | None = None
    due_on: date | None = None
    total: int | None = None
    lines: tuple[LineContent, ...] = ()
    charges: tuple[Charge, ...] = ()  # those of no line

    @property
    def cents(self) -> int:
        """Everything that was read as a charge."""
        return sum(line.bill.cents for line in self.lines) + sum(c.cents for c in self.charges)

    @property
    def stated_cents(self) -> int | None:
        """The total that the file itself states: the account's, or the sum of the lines'."""
        if self.total is not None:
            return self.total
        totals = [line.total for line in self.lines if line.total is not None]
        return sum(totals) if totals else None


_ADAPTER: TypeAdapter[Content] = TypeAdapter(Content)


def as_json(content: Content) -> bytes:
    return _ADAPTER.dump_json(content, exclude_defaults=True)


def from_json(data: bytes) -> Content:
    return _ADAPTER.validate_json(data)


@dataclass(frozen=True)
class Refusal:
    """A row that was not taken: its number in the file, why, and its text (bounded)."""

    row: int
    reason: str
    text: str = ""


LONGEST_ROW = 500


def as_text(cells: tuple[str, ...] | list[str]) -> str:
    """A row's cells as one bounded text."""
    return " | ".join(cells)[:LONGEST_ROW]


@dataclass(frozen=True, order=True)
class Whose:
    """Whose rows these are, as the file has it."""

    account: str
    from_on: date
    until_on: date


@dataclass
class PartRead:
    """One family of one account and cycle, out of one table."""

    family: Family
    whose: Whose
    rows: int = 0
    head: dict[str, Any] = field(default_factory=dict)
    lines: list[LineContent] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)

    @property
    def content(self) -> Content:
        """Each number once, in the order of numbers, so that equal files give equal contents."""
        merged: dict[str, list[LineContent]] = {}
        for line in self.lines:
            merged.setdefault(line.bill.number, []).append(line)
        lines = tuple(_together(merged[number]) for number in sorted(merged))
        return Content(**self.head, lines=lines, charges=tuple(self.charges))


@dataclass
class TableRead:
    """What was read of one table: its parts, and the rows that were not taken."""

    parts: list[PartRead] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    rows: int = 0
    ignored: int = 0
