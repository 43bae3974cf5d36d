"""Lines that should no longer cost anything, or no longer cost the City (G-12, C-4)."""

from quartermaster.billing.rules.invoices import Charge, ChargeKind
from quartermaster.billing.rules.matching.bill import Bill, written
from quartermaster.billing.rules.matching.days import (
    DAY,
    TOLERANCE,
    Span,
    covered_days,
    month_lengths,
    part,
    said,
    span_of,
)
from quartermaster.billing.rules.matching.found import Found, Kind
from quartermaster.billing.rules.matching.known import Had
from quartermaster.billing.rules.orders import rate_on
from quartermaster.kernel.money import dollars

GRACE = 1  # a day: when a carrier carries out what was asked is not known to the hour


def cancelled(bill: Bill) -> Found | None:
    """What is billed for days on which the line had ended."""
    ended = bill.ended_on
    if ended is None or ended + DAY * GRACE > bill.cycle.last:
        return None
    if bill.cycle.first >= ended:
        return _after_its_end(bill)
    cents, steps = 0, []
    for charge in bill.charges(ChargeKind.PLAN):
        span = bill.span(charge)
        over = span.after(ended - DAY)
        if over is None or over.days <= GRACE or charge.cents <= 0:
            continue
        if charge.from_on is None and _is_a_part(bill, charge, span.days - over.days):
            continue
        share = part(charge.cents, over.days, span.days)
        cents += share
        steps.append(f"{written(charge)}; {over.days} of {span.days} days: {dollars(share)}")
    return _ended(bill, cents, steps) if cents > bill.world.thresholds.minor_cents else None


def _after_its_end(bill: Bill) -> Found | None:
    """A whole cycle after the end: everything, but instalments and what is dated before."""
    ended = bill.ended_on
    assert ended is not None  # the caller asked
    late = [
        charge
        for charge in bill.line.charges
        if charge.kind is not ChargeKind.EQUIPMENT and bill.span(charge).last >= ended
    ]
    recurs = any(charge.kind is ChargeKind.PLAN and charge.cents > 0 for charge in late)
    used = bill.line.used.seconds or bill.line.used.messages or bill.line.used.kilobytes
    cents = sum(charge.cents for charge in late)
    if not (recurs or used) or cents <= 0:
        return None
    return _ended(bill, cents, [written(charge) for charge in late])


def _ended(bill: Bill, cents: int, steps: list[str]) -> Found:
    ended = bill.ended_on
    assert ended is not None  # the callers asked
    sentence = (
        f"{bill.shown} ended on {said(ended)}, and {dollars(cents)} is billed for after that."
    )
    return bill.found(Kind.CANCELLED, cents, sentence, [f"Ended on {said(ended)}.", *steps])


def suspended(bill: Bill) -> Found | None:
    """What the plan is billed at for days on which the line was suspended."""
    cents, steps = 0, []
    for charge in bill.charges(ChargeKind.PLAN):
        span = bill.span(charge)
        days = covered_days(bill.standing("suspended", span))
        if days <= GRACE or charge.cents <= 0:
            continue
        if _is_a_part(bill, charge, span.days - days):
            continue
        share = part(charge.cents, days, span.days)
        cents += share
        steps.append(
            f"{written(charge)}; suspended on {days} of {span.days} days: {dollars(share)}"
        )
    if cents <= bill.world.thresholds.minor_cents:
        return None
    sentence = (
        f"{bill.shown} was suspended, and {dollars(cents)} is billed for those days as if it"
        " were not."
    )
    spans = [str(span) for span in bill.standing("suspended", bill.cycle)]
    return bill.found(Kind.SUSPENDED, cents, sentence, [f"Suspended: {', '.join(spans)}.", *steps])


def _is_a_part(bill: Bill, charge: Charge, days: int) -> bool:
    """Whether a charge is already that of some days of a month alone, by the contract's rate."""
    span = bill.span(charge)
    rates = {
        rate
        for service in bill.known.services
        if (rate := rate_on(service.rates, span.first)) is not None
    }
    most = max(
        (part(rate, days, of) for rate in rates for of in month_lengths(span, bill.cycle)),
        default=-1,
    )
    return charge.cents <= most + TOLERANCE


def separated(bill: Bill) -> list[Found]:
    """What a line costs after the last day of the person who has it still (C-4)."""
    return [found for had in bill.known.holders if (found := _after_last_day(bill, had))]


def _after_last_day(bill: Bill, had: Had) -> Found | None:
    if had.separated_on is None or had.person_id is None:
        return None
    held = span_of(had.from_on, had.until_on, bill.cycle)
    after = held.after(had.separated_on) if held is not None else None
    if after is None:
        return None
    active = bill.standing("active", after) if bill.known.statuses else [after]
    days = covered_days(active)
    if days <= GRACE:
        return None
    cents, steps = _incurred(bill, after, days)
    if cents <= bill.world.thresholds.minor_cents:
        return None
    sentence = (
        f"{had.person}'s last day was {said(had.separated_on)}; {bill.shown} is still with"
        f" them, and cost {dollars(cents)} since."
    )
    steps = [f"{had.person}'s last day: {said(had.separated_on)}.", *steps]
    return bill.found(
        Kind.SEPARATED, cents, sentence, steps, detail=str(had.person_id), had=had, span=after
    )


def _incurred(bill: Bill, after: Span, days: int) -> tuple[int, list[str]]:
    """The whole bill where every day of the cycle lies after; else the shares of the days."""
    if days == bill.cycle.days:
        return bill.line.cents, [written(charge) for charge in bill.line.charges]
    cents, steps = 0, []
    for charge in bill.line.charges:
        span = bill.span(charge)
        meeting = span.meeting(after)
        dated = charge.from_on is not None
        if meeting is None or charge.cents <= 0:
            continue
        if charge.kind is ChargeKind.PLAN or dated:
            share = part(charge.cents, min(meeting.days, days), span.days)
            cents += share
            steps.append(f"{written(charge)}; {meeting.days} of {span.days} days: {dollars(share)}")
    return cents, steps
