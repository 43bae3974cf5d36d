"""What layouts are made of: a row of a bill, and how carriers write its values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quartermaster.simulators.carriers.bills import Bill, BillLine, SimCharge
from quartermaster.simulators.carriers.detail import Event

FAMILIES = ("account", "lines", "charges", "voice", "message", "data")


@dataclass(frozen=True)
class Row:
    """What one row of a file is about."""

    bill: Bill
    billed: BillLine | None = None
    of_charge: SimCharge | None = None
    of_event: Event | None = None

    @property
    def line(self) -> BillLine:
        assert self.billed is not None
        return self.billed

    @property
    def charge(self) -> SimCharge:
        assert self.of_charge is not None
        return self.of_charge

    @property
    def event(self) -> Event:
        assert self.of_event is not None
        return self.of_event

    @property
    def number(self) -> str:
        """The ten digits; empty where the row is the account's."""
        return self.billed.line.number[2:] if self.billed else ""


Columns = list[tuple[str, Callable[[Row], str]]]


@dataclass(frozen=True)
class Layout:
    """How one carrier writes all of its files."""

    columns: Mapping[str, Columns]
    delimiter: str = ","
    coding: str = "utf-8"
    quoted: bool = False
    suffix: str = "csv"


def rows_of(layout: Layout, bill: Bill, family: str) -> Iterator[list[str]]:
    """The rows of one family."""
    columns = layout.columns[family]
    for row in _rows(bill, family):
        yield [write(row) for _, write in columns]


def _rows(bill: Bill, family: str) -> Iterator[Row]:
    if family == "account":
        yield Row(bill)
    elif family == "lines":
        yield from (Row(bill, line) for line in bill.lines)
    elif family == "charges":
        yield from (Row(bill, line, c) for line in bill.lines for c in line.charges)
        yield from (Row(bill, None, c) for c in bill.account_charges)
    else:
        yield from (
            Row(bill, line, None, event)
            for line in bill.lines
            for event in line.events
            if event.family == family
        )


def american(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else ""


def dashed(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if digits else ""


def dollars(cents: int) -> str:
    """``$1,234.05``, and ``($3.20)`` for a credit."""
    text = f"${abs(cents) // 100:,}.{abs(cents) % 100:02}"
    return f"({text})" if cents < 0 else text


def decimal(cents: int) -> str:
    """``1234.05`` and ``-3.20``."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}:00"


def gigabytes(megabytes: int) -> str:
    return f"{Decimal(megabytes) / 1024:f}"


def party(number: str) -> str:
    """A number as bills write it: ten digits where it is of this country."""
    return dashed(number[2:]) if number.startswith("+1") else number.lstrip("+")
