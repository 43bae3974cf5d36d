"""Carriers' files of calls, messages and data beside the bills, and one of another customer.

One call of the last bill has a length that is no length, so that a refused row can be seen.
"""

import csv
import io
from dataclasses import replace
from datetime import datetime
from random import Random

from django.db.models import QuerySet

from quartermaster.billing.models import Invoice, InvoiceCharge, InvoiceLine
from quartermaster.kernel.permits import system
from quartermaster.simulators.carriers import (
    Bill,
    BillLine,
    SimCharge,
    SimFile,
    SimLine,
    SimPlan,
    bundle,
    files_of,
)
from quartermaster.simulators.carriers.detail import Use, events_of
from quartermaster.simulators.carriers.layouts import LAYOUTS
from quartermaster.usage.actions import files
from quartermaster.usage.rules.imports import Way
from quartermaster.usage.rules.reading import Given

TITLE = "Carriers' files of what the lines did"
ORDER = 65
HOUSE = system("the demo")
KEYS = {"Verizon": "verizon", "FirstNet": "att", "T-Mobile": "t-mobile"}
DETAIL = ("voice", "message", "data")
LENGTHS = {"Duration", "Minutes"}  # as these carriers head the length of a call
OTHER = b"COUNTY-7731"


def tell(at: datetime) -> None:
    """Import the detail of every bill in its carrier's layout; refuse the county's, and a row."""
    rows = Invoice.objects.filter(superseded_at=None, carrier__in=KEYS)
    bills = [bill_of(row) for row in rows.order_by("cycle_from", "carrier")]
    for bill in bills:
        name = f"{bill.carrier}-usage-{bill.cycle_until}.zip"
        detail = files_of(bill, DETAIL)
        if bill is bills[-1]:
            detail = tuple(_garbled(file) if file.family == "voice" else file for file in detail)
        take(bundle(detail, name), bill, at)
    for bill in bills[-1:]:
        voice = files_of(bill, ["voice"])[0]
        other = voice.content.replace(bill.account.encode(), OTHER)
        take(SimFile(f"county-{voice.name}", other), bill, at)
    read(at)


def read(at: datetime) -> None:
    """Read whatever waits."""
    while files.read_next(actor=HOUSE, at=at):
        pass


def _garbled(file: SimFile) -> SimFile:
    """The first call of a file with words where its length should be."""
    layout = LAYOUTS[file.carrier]
    head, first, *rest = file.content.decode(layout.coding).split("\r\n")
    cells = next(csv.reader([first], delimiter=layout.delimiter))
    names = [heading for heading, _ in layout.columns["voice"]]
    cells[next(place for place, name in enumerate(names) if name in LENGTHS)] = "see note"
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=layout.delimiter,
        quoting=csv.QUOTE_ALL if layout.quoted else csv.QUOTE_MINIMAL,
        lineterminator="",
    )
    writer.writerow(cells)
    written = "\r\n".join([head, text.getvalue(), *rest]).encode(layout.coding)
    return replace(file, content=written)


def bill_of(invoice: Invoice) -> Bill:
    """What the carrier's detail of a kept invoice is: calls and sessions that add up to it."""
    return Bill(
        KEYS[invoice.carrier],
        invoice.account,
        invoice.number,
        invoice.cycle_from,
        invoice.cycle_until,
        tuple(_line(invoice, row) for row in invoice.lines.order_by("place")),
        _charges(invoice.charges.filter(line=None)),
        invoice.stated_cents,
    )


def _charges(rows: QuerySet[InvoiceCharge]) -> tuple[SimCharge, ...]:
    return tuple(
        SimCharge(row.kind, row.description, row.cents, row.from_on, row.until_on)
        for row in rows.order_by("place")
    )


def _line(invoice: Invoice, row: InvoiceLine) -> BillLine:
    use = Use(
        minutes=row.seconds // 60,
        messages=row.messages,
        megabytes=row.kilobytes // 1024,
        roaming_minutes=min(row.roaming_seconds, row.seconds) // 60,
        roaming_megabytes=min(row.roaming_kilobytes, row.kilobytes) // 1024,
    )
    chance = Random(f"{invoice.number}/{row.number}")  # noqa: S311 (a repeatable demo)
    events = events_of(use, invoice.cycle_from, invoice.cycle_until, None, chance)
    line = SimLine(row.number, SimPlan(row.plan, 0), row.user, row.cost_centre)
    charges = _charges(row.charges.all())
    return BillLine(line, use, charges, tuple(events), row.total_cents)


def take(file: SimFile, bill: Bill, at: datetime, reason: str = "") -> None:
    """Take a file in as somebody who uploads it."""
    files.take_in(
        content=io.BytesIO(file.content),
        name=file.name,
        way=Way.PAGE,
        given=Given("", bill.cycle_from, bill.cycle_until),
        reason=reason,
        actor=HOUSE,
        at=at,
    )
