"""An invoice out of the parts of its cycle, and what does not add up in it.

The result depends on which parts are in force and on nothing else: not on the order in which
they came, nor on how often.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from quartermaster.billing.rules.invoices import InvoiceRead, LineBill
from quartermaster.usage.rules.contents import Content
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family

ACCOUNT = ""  # a difference of the account as a whole has no number


@dataclass(frozen=True, order=True)
class Gap:
    """A total that the carrier states, and what the charges add up to."""

    number: str
    stated_cents: int
    read_cents: int

    @property
    def cents(self) -> int:
        return self.stated_cents - self.read_cents


@dataclass(frozen=True)
class Composed:
    """The invoice, where the parts make one, and its gaps."""

    invoice: InvoiceRead | None
    gaps: tuple[Gap, ...] = ()


def compose(cycle: Cycle, parts: Mapping[Family, Content]) -> Composed:
    """What the parts in force say together. Charges one by one go before sums by kind."""
    if Family.LINES not in parts and Family.CHARGES not in parts:
        return Composed(None)
    account, summary = parts.get(Family.ACCOUNT), parts.get(Family.LINES)
    charges = parts.get(Family.CHARGES)
    lines = _lines(summary, charges)
    own = charges.charges if charges else account.charges if account else ()
    totals = {line.bill.number: line.total for line in summary.lines} if summary else {}
    read_cents = sum(line.cents for line in lines) + sum(charge.cents for charge in own)
    gaps = [
        Gap(line.number, stated, line.cents)
        for line in lines
        if (stated := totals.get(line.number)) is not None and stated != line.cents
    ]
    stated = account.total if account and account.total is not None else read_cents
    if stated != read_cents:
        gaps.append(Gap(ACCOUNT, stated, read_cents))
    heads = [part for part in (account, summary, charges) if part]
    issued = next((part.issued_on for part in heads if part.issued_on), None)
    invoice = InvoiceRead(
        carrier=cycle.carrier,
        account=cycle.account,
        number=next((part.invoice for part in heads if part.invoice), "")
        or f"{cycle.account} {cycle.until_on}"[:60],
        cycle_from=cycle.from_on,
        cycle_until=cycle.until_on,
        issued_on=issued or cycle.until_on + timedelta(days=1),
        due_on=next((part.due_on for part in heads if part.due_on), None),
        stated_cents=stated,
        lines=lines,
        account_charges=own,
    )
    return Composed(invoice, tuple(sorted(gaps)))


def _lines(summary: Content | None, charges: Content | None) -> tuple[LineBill, ...]:
    bills = {line.bill.number: line.bill for line in summary.lines} if summary else {}
    if charges is not None:
        single = {line.bill.number: line.bill.charges for line in charges.lines}
        bills = {
            number: replace(bills.get(number, LineBill(number)), charges=single.get(number, ()))
            for number in {*bills, *single}
        }
    return tuple(bills[number] for number in sorted(bills))
