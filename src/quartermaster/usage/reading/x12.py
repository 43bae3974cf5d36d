"""ANSI X12 811 (consolidated service invoice) to the tables that its profile reads.

What a carrier's hierarchy (HL) calls a line is told by its number (SI of the telecommunications
industry, or REF); levels below it inherit the number. Charges are ITA, IT1, SLN and TXI.
"""

import csv
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from quartermaster.usage.reading.bounds import Bounds, FileRefused
from quartermaster.usage.reading.segments import Segment, is_interchange, sets_of
from quartermaster.usage.rules.values import form_of

__all__ = ["Sheet", "is_interchange", "tables_of"]

_ACCOUNT = ("12", "11", "AJ")  # qualifiers of REF, the best first
_NUMBERS = {"TN", "MN"}
_HEAD = ("Account", "Cycle from", "Cycle until", "Invoice", "Invoice date")
HEADINGS: dict[str, tuple[str, ...]] = {
    "account": (*_HEAD, "Due date", "X12 total"),
    "lines": (
        *_HEAD, "Number", "User", "X12 plan", "IMEI", "Minutes", "Megabytes", "Line total",
    ),
    "charges": (*_HEAD, "Number", "X12 code", "Description", "Amount", "From", "Until"),
    "voice": (
        "Account", "Cycle from", "Cycle until", "Number", "Call day", "Call time", "X12 party",
        "Direction", "Minutes", "Charge",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table that was written."""

    name: str
    path: Path


@dataclass
class _Line:
    number: str
    user: str = ""
    plan: str = ""
    imei: str = ""
    minutes: str = ""
    megabytes: str = ""
    total: str = ""


@dataclass
class _Set:
    """What is known of the invoice that is being read."""

    account: str = ""
    rank: int = len(_ACCOUNT)
    cycle_from: str = ""
    cycle_until: str = ""
    invoice: str = ""
    issued: str = ""
    due: str = ""
    total: str = ""
    numbers: dict[str, str] = field(default_factory=dict)  # of each level
    number: str = ""
    level: str = ""
    lines: dict[str, _Line] = field(default_factory=dict)
    charge: list[str] | None = None  # the last one, whose span or words may follow

    @property
    def in_details(self) -> bool:
        return bool(self.level)

    def head(self) -> list[str]:
        return [self.account, self.cycle_from, self.cycle_until, self.invoice, self.issued]


def tables_of(path: Path, work: Path, bounds: Bounds) -> Iterator[Sheet]:
    """The invoices of an interchange as tables: account, lines, charges, voice.

    Raises:
        FileRefused: the envelope or an invoice is not sound; nothing of it is taken then.
    """
    places = {name: work / f"x12-{path.stem}-{name}.csv" for name in HEADINGS}
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(place.open("w", encoding="utf-8", newline=""))
            for name, place in places.items()
        }
        writers: dict[str, Any] = {name: csv.writer(files[name]) for name in files}
        for name, writer in writers.items():
            writer.writerow(HEADINGS[name])
        counts = _write(path, bounds, writers)
    for name, place in places.items():
        if counts[name]:
            yield Sheet(name, place)


def _write(path: Path, bounds: Bounds, writers: dict[str, Any]) -> dict[str, int]:
    counts = dict.fromkeys(writers, 0)

    def put(name: str, row: list[str]) -> None:
        counts[name] += 1
        writers[name].writerow(row)

    invoice = _Set()
    for segment in sets_of(path, bounds):
        if segment.name == "ST":
            invoice = _Set()
        elif segment.name == "SE":
            _finish(invoice, put)
        else:
            _read(invoice, segment, put)
    return counts


Put = Callable[[str, list[str]], None]


def _read(invoice: _Set, segment: Segment, put: Put) -> None:
    reader = _READERS.get(segment.name)
    if segment.name in {"HL", "ITA", "IT1", "SLN", "TXI", "TDS", "TCD"}:
        _flush(invoice, put)
    if reader is not None:
        reader(invoice, segment)
    elif segment.name == "TCD":
        _call(invoice, segment, put)


def _finish(invoice: _Set, put: Put) -> None:
    _flush(invoice, put)
    if not invoice.account or not invoice.invoice:
        raise FileRefused("An invoice of the interchange has no account or no number.")
    if not invoice.total:
        raise FileRefused(f"Invoice {invoice.invoice} has no total (TDS).")
    put("account", [*invoice.head(), invoice.due, invoice.total])
    for line in invoice.lines.values():
        texts = [line.number, line.user, line.plan, line.imei]
        put("lines", [*invoice.head(), *texts, line.minutes, line.megabytes, line.total])


def _flush(invoice: _Set, put: Put) -> None:
    if invoice.charge is not None:
        put("charges", [*invoice.head(), *invoice.charge])
        invoice.charge = None


def _big(invoice: _Set, segment: Segment) -> None:
    invoice.issued, invoice.invoice = _day(segment, 1), segment[2]


def _ref(invoice: _Set, segment: Segment) -> None:
    said = segment[1]
    if not invoice.in_details:
        if said in _ACCOUNT and _ACCOUNT.index(said) < invoice.rank:
            invoice.account, invoice.rank = segment[2], _ACCOUNT.index(said)
    elif said in _NUMBERS:
        _is_line(invoice, segment[2])
    elif invoice.number:
        line = invoice.lines[invoice.number]
        line.plan = segment[2] if said == "PL" else line.plan
        line.imei = segment[2] if said == "IM" else line.imei


def _si(invoice: _Set, segment: Segment) -> None:
    if segment[1] != "TI":
        return
    pairs = zip(segment.elements[1::2], segment.elements[2::2], strict=False)
    for said, value in pairs:
        if said in _NUMBERS:
            _is_line(invoice, value)


def _is_line(invoice: _Set, number: str) -> None:
    invoice.number = invoice.numbers[invoice.level] = number
    invoice.lines.setdefault(number, _Line(number))


def _hl(invoice: _Set, segment: Segment) -> None:
    invoice.level = segment[1] or "?"
    invoice.number = invoice.numbers.get(segment[2], "")
    invoice.numbers[invoice.level] = invoice.number


def _dtm(invoice: _Set, segment: Segment) -> None:
    said, when = segment[1], _day(segment, 2)
    if invoice.charge is not None:
        if said in {"150", "151"}:
            invoice.charge[4 if said == "150" else 5] = when
    elif not invoice.in_details:
        if said in {"186", "150"}:
            invoice.cycle_from = when
        elif said in {"187", "151"}:
            invoice.cycle_until = when


def _itd(invoice: _Set, segment: Segment) -> None:
    invoice.due = _day(segment, 6) if segment[6] else invoice.due


def _nm1(invoice: _Set, segment: Segment) -> None:
    if invoice.number:
        invoice.lines[invoice.number].user = " ".join(filter(None, (segment[4], segment[3])))


def _qty(invoice: _Set, segment: Segment) -> None:
    if invoice.number:
        line = invoice.lines[invoice.number]
        line.minutes = segment[2] if segment[3] == "MJ" else line.minutes
        line.megabytes = segment[2] if segment[3] == "4L" else line.megabytes


def _amt(invoice: _Set, segment: Segment) -> None:
    if invoice.number and segment[1] == "1":
        invoice.lines[invoice.number].total = segment[2]


def _ita(invoice: _Set, segment: Segment) -> None:
    if segment[1] not in {"A", "C"}:
        return  # for information only
    value = _implied(segment, 7)
    signed = -abs(value) if segment[1] == "A" else value
    _charges(invoice, segment[3], segment[13] or segment[3], signed)


def _item(quantity: int, price: int) -> Callable[[_Set, Segment], None]:
    def read(invoice: _Set, segment: Segment) -> None:
        if segment[price]:
            value = _number(segment, quantity) * _number(segment, price) * 100
            if value != value.to_integral_value():
                raise FileRefused(f"Segment {segment.place} is not of whole cents.")
            _charges(invoice, segment.name, "", int(value))

    return read


def _txi(invoice: _Set, segment: Segment) -> None:
    if segment[2]:
        value = _number(segment, 2) * 100
        if value != value.to_integral_value():
            raise FileRefused(f"Segment {segment.place} is not of whole cents.")
        _charges(invoice, "TXI", segment[8] or f"Tax {segment[1]}", int(value))


def _pid(invoice: _Set, segment: Segment) -> None:
    if invoice.charge is not None and not invoice.charge[2]:
        invoice.charge[2] = segment[5]


def _tds(invoice: _Set, segment: Segment) -> None:
    invoice.total = _dollars(_implied(segment, 1))
    invoice.level, invoice.number = "", ""


def _charges(invoice: _Set, code: str, words: str, cents: int) -> None:
    invoice.charge = [invoice.number, code, words, _dollars(cents), "", ""]


def _call(invoice: _Set, segment: Segment, put: Put) -> None:
    own = invoice.number
    if not own:
        raise FileRefused(f"Segment {segment.place} is a call of no line.")
    out = _digits(segment[5]) == _digits(own)
    party = segment[8] if out else segment[5]
    whose = [invoice.account, invoice.cycle_from, invoice.cycle_until, own]
    at = [_day(segment, 2), _time(segment[3])]
    put("voice", [*whose, *at, party, "out" if out else "in", segment[10], segment[12]])


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())[-10:]


def _day(segment: Segment, position: int) -> str:
    try:
        return datetime.strptime(segment[position], "%Y%m%d").date().isoformat()  # noqa: DTZ007
    except ValueError as problem:
        raise FileRefused(
            f"Segment {segment.place} ({segment.name}) has no day: it is written"
            f" like “{form_of(segment[position][:20])}”."
        ) from problem


def _time(text: str) -> str:
    return f"{text[:2]}:{text[2:4]}" if len(text) >= 4 else text  # noqa: PLR2004 (HHMM)


def _number(segment: Segment, position: int) -> Decimal:
    try:
        found = Decimal(segment[position] or "0")
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) >= Decimal(10**12):
        raise FileRefused(f"Segment {segment.place} ({segment.name}) has no amount.")
    return found


def _implied(segment: Segment, position: int) -> int:
    """A number with two implied decimals."""
    value = _number(segment, position)
    if value != value.to_integral_value() or not segment[position]:
        raise FileRefused(f"Segment {segment.place} ({segment.name}) has no amount in cents.")
    return int(value)


def _dollars(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


_READERS: dict[str, Callable[[_Set, Segment], None]] = {
    "AMT": _amt,
    "BIG": _big,
    "DTM": _dtm,
    "HL": _hl,
    "IT1": _item(2, 4),
    "ITA": _ita,
    "ITD": _itd,
    "NM1": _nm1,
    "PID": _pid,
    "QTY": _qty,
    "REF": _ref,
    "SI": _si,
    "SLN": _item(4, 6),
    "TDS": _tds,
    "TXI": _txi,
}
