"""What was used much, or not at all, and equipment that is no longer there (G-9, G-12)."""

from datetime import date

from quartermaster.billing.rules.invoices import ChargeKind, LineBill
from quartermaster.billing.rules.matching.bill import Bill, written
from quartermaster.billing.rules.matching.days import Span, covered_days, said, span_of
from quartermaster.billing.rules.matching.found import Found, Kind
from quartermaster.kernel.money import dollars

_EXTRAS = (
    (ChargeKind.ROAMING, Kind.ROAMING, "roaming"),
    (ChargeKind.INTERNATIONAL, Kind.INTERNATIONAL, "international use"),
    (ChargeKind.PREMIUM, Kind.PREMIUM, "premium services"),
)


def extras(bill: Bill) -> list[Found]:
    """Roaming, international use and premium services above what is worth a look (G-9)."""
    found = []
    limit = bill.world.thresholds.extras_cents
    for charged, kind, words in _EXTRAS:
        charges = bill.charges(charged)
        cents = sum(charge.cents for charge in charges)
        if cents <= limit:
            continue
        sentence = (
            f"{bill.shown} cost {dollars(cents)} for {words} in this cycle; above"
            f" {dollars(limit)} a person looks at it."
        )
        found.append(bill.found(kind, cents, sentence, [written(charge) for charge in charges]))
    return found


def unused(bill: Bill) -> Found | None:
    """A line that nobody used for so many cycles, each time their number is full (G-9)."""
    cycles = bill.world.thresholds.unused_cycles
    cents = bill.total(ChargeKind.PLAN)
    if _used(bill.line) or cents <= 0 or bill.ended_on is not None:
        return None
    streak = [bill.invoice]
    for invoice, lines in zip(bill.world.earlier, bill.world.earlier_bills, strict=True):
        line = lines.get(bill.line.number)
        if line is None or _used(line) or not line.cents:
            break
        streak.append(invoice)
    if len(streak) % cycles or not _active_throughout(bill, streak[-1].cycle_from):
        return None
    sentence = f"Nobody used {bill.shown} for {len(streak)} cycles; it costs {dollars(cents)} each."
    steps = [
        f"{Span(invoice.cycle_from, invoice.cycle_until)}: no call, no message, no data."
        for invoice in reversed(streak)
    ]
    return bill.found(Kind.UNUSED, cents, sentence, steps)


def _used(line: LineBill) -> bool:
    return bool(line.used.seconds or line.used.messages or line.used.kilobytes)


def _active_throughout(bill: Bill, first: date) -> bool:
    """Whether the line was ordered and active on every day of the cycles: it could be used."""
    whole = Span(first, bill.cycle.last)
    services = [
        span
        for service in bill.known.services
        if (span := span_of(service.from_on, service.until_on, whole)) is not None
    ]
    active = bill.standing("active", whole) if bill.known.statuses else [whole]
    return covered_days(services) == whole.days and covered_days(active) == whole.days


def instalment(bill: Bill) -> Found | None:
    """A device that is paid off, while its holder gave it back before this cycle (G-12)."""
    returned = bill.world.returned.get(bill.line.imei) if bill.line.imei else None
    if returned is None:
        return None
    charges = [
        charge
        for charge in bill.charges(ChargeKind.EQUIPMENT)
        if charge.cents > 0 and bill.span(charge).first > returned.on
    ]
    cents = sum(charge.cents for charge in charges)
    if cents <= 0:
        return None
    sentence = (
        f"{bill.shown} is billed {dollars(cents)} for the device {returned.tag}, which was"
        f" returned on {said(returned.on)}."
    )
    steps = [f"{returned.tag} (IMEI {bill.line.imei}): returned on {said(returned.on)}."]
    steps += [written(charge) for charge in charges]
    return bill.found(Kind.INSTALMENT, cents, sentence, steps, detail=returned.tag)
