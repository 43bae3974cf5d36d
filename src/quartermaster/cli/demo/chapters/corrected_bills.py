"""Two bills as carriers' files: one whose total is not its sum, one that was sent in again."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Count

from quartermaster.billing.models import Invoice
from quartermaster.cli.demo.chapters.carriers_files import KEYS, bill_of, read, take
from quartermaster.jobs import outbox
from quartermaster.simulators.carriers import Bill, bundle, files_of

TITLE = "A bill that does not add up, and one that its carrier corrected"
ORDER = 62  # after the bills, before what was used
SUMMARIES = ("account", "lines", "charges")
TOO_MUCH = 1240
ACTIVATION = 3500
WHY = "The carrier sent the bill again without the activation that was charged by mistake."


def tell(at: datetime) -> None:
    """Take in the newest bills with the fewest findings: they are as they should be, but for it."""
    newest = Invoice.objects.filter(superseded_at=None, carrier__in=KEYS).order_by("-cycle_until")
    last = newest.first()
    if last is None:
        return
    rows = newest.filter(cycle_until=last.cycle_until).annotate(wrong=Count("findings"))
    bills = [bill_of(row) for row in rows.order_by("wrong", "carrier")[:2]]
    if len(bills) < 2:  # noqa: PLR2004 (one of each)
        return
    too_much, corrected = bills
    _take(replace(too_much, stated_cents=too_much.cents + TOO_MUCH), at)
    _take(_with_activation(corrected), at - timedelta(hours=3))
    _take(corrected, at, "corrected", WHY)
    outbox.deliver_due(at)


def _take(bill: Bill, at: datetime, word: str = "bill", why: str = "") -> None:
    name = f"{bill.carrier}-{word}-{bill.cycle_until}.zip"
    take(bundle(files_of(bill, SUMMARIES), name), bill, at, why)
    read(at)


def _with_activation(bill: Bill) -> Bill:
    """The same with a charge too much on its first line."""
    first, *rest = bill.lines
    charge = replace(first.charges[0], kind="other", description="Activation", cents=ACTIVATION)
    more = replace(
        first, charges=(*first.charges, charge), stated_cents=first.stated_cents + ACTIVATION
    )
    return replace(bill, lines=(more, *rest), stated_cents=bill.stated_cents + ACTIVATION)
