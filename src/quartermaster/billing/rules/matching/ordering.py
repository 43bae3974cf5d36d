"""Whether the City ordered a line at all, or pays for somebody's own (G-12, G-2)."""

from collections import Counter
from collections.abc import Mapping

from quartermaster.billing.rules.invoices import InvoiceRead, LineBill
from quartermaster.billing.rules.matching.bill import Bill
from quartermaster.billing.rules.matching.days import Span, said, span_of
from quartermaster.billing.rules.matching.found import Found, Kind
from quartermaster.billing.rules.matching.known import Known, Waiting, World
from quartermaster.kernel.money import dollars


def personal(bill: Bill) -> Found | None:
    """The whole bill of a number that is a person's own: the City never pays it (G-2)."""
    whose = bill.world.personal.get(bill.line.number)
    if whose is None:
        return None
    made = bill.found(
        Kind.PERSONAL,
        bill.line.cents,
        f"{bill.shown} is {whose.person}'s own number. The City pays nothing for it.",
        (
            whose.how or f"It is known as {whose.person}'s own.",
            f"Billed for it: {dollars(bill.line.cents)}, held back from payment.",
        ),
    )
    if whose.person_id is None:
        return made
    return Found(**{**vars(made), "person_id": whose.person_id})


def expected(invoice: InvoiceRead, world: World) -> Mapping[str, Waiting]:
    """Unknown numbers that are lines sent for and not come yet: by plan, as many as were ordered.

    Such a line has no number with us before it is received, while the carrier bills it already.
    """
    cycle_until = invoice.cycle_until
    left = Counter[int]()
    waiting = [item for item in world.waiting if item.from_on <= cycle_until]
    for place, item in enumerate(waiting):
        left[place] = item.count
    found = {}
    for line in sorted(invoice.lines, key=lambda line: line.number):
        if of_line(line, world) is not None or line.number in world.personal:
            continue
        for place, item in enumerate(waiting):
            fits = item.plan.casefold() == line.plan.casefold()
            if fits and left[place] and item.account in {"", invoice.account}:
                left[place] -= 1
                found[line.number] = item
                break
    return found


def of_line(line: LineBill, world: World) -> Known | None:
    """What is known of a bill: by its number, or by its SIM where the number is not known yet."""
    return world.known.get(line.number) or (world.by_iccid.get(line.iccid) if line.iccid else None)


def unordered(bill: Bill) -> Found | None:
    """A line on the invoice that no order and no entry stands for (G-12)."""
    if bill.line.cents <= 0 or not bill.known.covered or _ordered(bill):
        return None
    amount = dollars(bill.line.cents)
    steps = [f"Billed: {amount} for “{bill.line.plan or 'no plan named'}”."]
    if bill.line.user:
        steps.append(f"Name on the bill: {bill.line.user}.")
    if bill.line.cost_centre:
        steps.append(f"Cost centre on the bill: {bill.line.cost_centre}.")
    if bill.line.user and bill.line.user.casefold() in bill.world.owners:
        steps.append("They have a personal device in City work: it may be their own number.")
    if bill.known.line_id is None:
        steps.append("The number is not in the register of lines.")
    elif bill.known.services:
        first = min(service.from_on for service in bill.known.services)
        steps.append(f"It is ordered from {said(first)} on, after this cycle.")
    else:
        steps.append("It is in the register, but no purchase order and no entry stands for it.")
    sentence = f"{bill.shown} costs {amount} in this cycle, and nobody ordered it."
    return bill.found(Kind.UNORDERED, bill.line.cents, sentence, steps)


def _ordered(bill: Bill) -> bool:
    if bill.ended_on is not None and bill.known.services:
        return True  # it was ordered once: that it has ended is another finding
    spans = [
        span_of(service.from_on, service.until_on, _reach(bill)) for service in bill.known.services
    ]
    return any(span is not None for span in spans)


def _reach(bill: Bill) -> Span:
    """The cycle, and the days that its charges are for."""
    spans = [bill.span(charge) for charge in bill.line.charges]
    last = max([bill.cycle.last, *(span.last for span in spans)])
    return Span(bill.cycle.first, last)
