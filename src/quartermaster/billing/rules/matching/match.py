"""An invoice held against the world: every finding in it, and no other."""

from dataclasses import replace

from quartermaster.billing.rules.invoices import InvoiceRead
from quartermaster.billing.rules.matching import (
    duplicates,
    ordering,
    plans,
    rates,
    standing,
    using,
)
from quartermaster.billing.rules.matching.bill import Bill
from quartermaster.billing.rules.matching.found import Found
from quartermaster.billing.rules.matching.known import Known, Served, Waiting, World


def matched(invoice: InvoiceRead, world: World) -> list[Found]:
    """What is found in an invoice; the same invoice and world give the same findings (G-12).

    What is graver speaks alone: of a personal number, a line that nobody ordered, and one that
    has ended, only that is said.
    """
    on_their_way = ordering.expected(invoice, world)
    found: list[Found] = []
    for line in invoice.lines:
        known = ordering.of_line(line, world) or Known(line.number)
        waiting = on_their_way.get(line.number)
        bill = Bill(line, invoice, _served(known, waiting), world)
        found += _of_line(bill, expected=waiting is not None)
    return found


def _served(known: Known, waiting: Waiting | None) -> Known:
    """A line that was sent for is ordered from the day on which the order went out."""
    if waiting is None:
        return known
    served = Served(waiting.plan, {}, waiting.from_on, None, waiting.order)
    return replace(known, services=(served,))


def _of_line(bill: Bill, *, expected: bool) -> list[Found]:
    alone = ordering.personal(bill)
    if alone is None and not expected:
        alone = ordering.unordered(bill)
    alone = alone or standing.cancelled(bill)
    if alone is not None:
        return [alone]
    found, second = duplicates.duplicates(bill)
    found += standing.separated(bill)
    found += rates.rates(bill, second)
    found += using.extras(bill)
    singles = (
        standing.suspended(bill),
        using.unused(bill),
        using.instalment(bill),
        plans.cheaper(bill),
    )
    return found + [item for item in singles if item is not None]
