"""Carriers' files of calls, messages and data beside the bills, and one of another customer."""

import io
from datetime import datetime
from random import Random

from quartermaster.billing.models import Invoice, InvoiceLine
from quartermaster.kernel.permits import system
from quartermaster.simulators.carriers import (
    Bill,
    BillLine,
    SimFile,
    SimLine,
    SimPlan,
    bundle,
    files_of,
)
from quartermaster.simulators.carriers.detail import Use, events_of
from quartermaster.usage.actions import files
from quartermaster.usage.rules.imports import Way
from quartermaster.usage.rules.reading import Given

TITLE = "Carriers' files of what the lines did"
ORDER = 65
HOUSE = system("the demo")
KEYS = {"Verizon": "verizon", "FirstNet": "att", "T-Mobile": "t-mobile"}
DETAIL = ("voice", "message", "data")
OTHER = b"COUNTY-7731"


def tell(at: datetime) -> None:
    """Import the detail of every bill in its carrier's layout; refuse the county's."""
    rows = Invoice.objects.filter(superseded_at=None, carrier__in=KEYS)
    bills = [_bill(row) for row in rows.order_by("cycle_from", "carrier")]
    for bill in bills:
        name = f"{bill.carrier}-usage-{bill.cycle_until}.zip"
        _take(bundle(files_of(bill, DETAIL), name), bill, at)
    for bill in bills[-1:]:
        voice = files_of(bill, ["voice"])[0]
        other = voice.content.replace(bill.account.encode(), OTHER)
        _take(SimFile(f"county-{voice.name}", other), bill, at)
    while files.read_next(actor=HOUSE, at=at):
        pass


def _bill(invoice: Invoice) -> Bill:
    """What the carrier's detail of a kept invoice is: calls and sessions that add up to it."""
    return Bill(
        KEYS[invoice.carrier],
        invoice.account,
        invoice.number,
        invoice.cycle_from,
        invoice.cycle_until,
        tuple(_line(invoice, row) for row in invoice.lines.order_by("place")),
        (),
        invoice.stated_cents,
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
    return BillLine(SimLine(row.number, SimPlan(row.plan, 0), row.user), use, (), tuple(events), 0)


def _take(file: SimFile, bill: Bill, at: datetime) -> None:
    files.take_in(
        content=io.BytesIO(file.content),
        name=file.name,
        way=Way.PAGE,
        given=Given("", bill.cycle_from, bill.cycle_until),
        actor=HOUSE,
        at=at,
    )
