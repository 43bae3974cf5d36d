"""Whether the plan is billed at the contract's rate, whole months and parts of them (G-12)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from quartermaster.billing.rules.invoices import Charge, ChargeKind
from quartermaster.billing.rules.matching.bill import Bill, written
from quartermaster.billing.rules.matching.days import (
    DAY,
    TOLERANCE,
    Span,
    month_lengths,
    part,
    span_of,
)
from quartermaster.billing.rules.matching.found import Found, Kind
from quartermaster.billing.rules.orders import rate_on
from quartermaster.kernel.money import dollars


def rates(bill: Bill, left_out: Iterable[Charge]) -> list[Found]:
    """Each span of plan charges that differs from the contract, in either direction.

    What is billed twice is another finding (``left_out``); days on which the line was suspended
    or had ended are judged by themselves.
    """
    groups: dict[Span, list[Charge]] = defaultdict(list)
    twice = list(left_out)
    for charge in bill.charges(ChargeKind.PLAN):
        if charge in twice:
            twice.remove(charge)
            continue
        groups[bill.span(charge)].append(charge)
    return [
        found
        for span, charges in sorted(groups.items(), key=_place)
        if (found := _off(bill, span, charges))
    ]


def _place(item: tuple[Span, list[Charge]]) -> tuple[object, object]:
    return item[0].first, item[0].last


def _off(bill: Bill, span: Span, charges: list[Charge]) -> Found | None:
    if bill.standing("suspended", span) or (bill.ended_on and bill.ended_on <= span.last):
        return None
    right = _right(bill, span)
    if not right:
        return None
    billed = sum(charge.cents for charge in charges)
    nearest = min(right, key=lambda cents: abs(billed - cents))
    whole = span.whole_month or span == bill.cycle
    tolerance = 0 if whole and len(right) == 1 else TOLERANCE  # shares may be rounded
    if abs(billed - nearest) <= tolerance:
        return None
    over = billed - right[0]
    if over > 0 and _credited(bill, over):
        return None
    plan = _plan(bill, span)
    more = "more" if over > 0 else "less"
    sentence = (
        f"{bill.shown} is billed {dollars(billed)} for {plan}; by the contract it is"
        f" {dollars(right[0])}: {dollars(abs(over))} {more}."
    )
    steps = [
        *(written(charge) for charge in charges),
        f"By the contract, for {span}: {dollars(right[0])}.",
        f"{dollars(billed)} - {dollars(right[0])} = {dollars(over)}.",
    ]
    if bill.line.plan and bill.line.plan.casefold() != plan.casefold():
        steps.insert(0, f"Billed as “{bill.line.plan}”; ordered is {plan}.")
    detail = f"{span.first.isoformat()}/{span.last.isoformat()}"
    return bill.found(Kind.RATE, over, sentence, steps, detail=detail, span=span)


def _right(bill: Bill, span: Span) -> list[int]:
    """The amounts that are right for a span, the one that is expected first; none: not known.

    Where it began or changed within the span, its shares by days are right, and whole months at
    either rate: carriers differ in whether they prorate. A part of a month is one of its days.
    """
    parts = [
        (piece, rate)
        for service in bill.known.services
        for piece, rate in _pieces(span_of(service.from_on, service.until_on, span), service.rates)
    ]
    known = [(piece, rate) for piece, rate in parts if rate is not None]
    if not known or len(known) < len(parts):
        return []
    monthly = list(dict.fromkeys(rate for _, rate in reversed(known)))
    if span.whole_month or span == bill.cycle:
        if len(monthly) == 1 and sum(piece.days for piece, _ in known) == span.days:
            return monthly
        shares = [
            sum(part(rate, piece.days, of) for piece, rate in known) for of in (span.days, 30)
        ]
        return [*shares, *monthly]
    lengths = sorted(month_lengths(span, bill.cycle), key=lambda of: of != bill.cycle.days)
    alone = [part(rate, span.days, of) for rate in monthly for of in lengths]
    if len(monthly) == 1:
        return alone
    return [sum(part(rate, piece.days, of) for piece, rate in known) for of in lengths] + alone


def _pieces(span: Span | None, rates: Mapping[date, int]) -> list[tuple[Span, int | None]]:
    """A span cut where the rate changes."""
    if span is None:
        return []
    starts = sorted(day for day in rates if span.first < day <= span.last)
    edges = [span.first, *starts]
    ends = [*(day - DAY for day in starts), span.last]
    return [
        (Span(first, last), rate_on(rates, first)) for first, last in zip(edges, ends, strict=True)
    ]


def _credited(bill: Bill, over: int) -> bool:
    """Whether a credit on the same line takes the difference off, as a discount does."""
    credits_ = [-charge.cents for charge in bill.charges(ChargeKind.CREDIT) if charge.cents < 0]
    return any(abs(over - credit) <= TOLERANCE for credit in [*credits_, sum(credits_)] if credit)


def _plan(bill: Bill, span: Span) -> str:
    for service in reversed(bill.known.services):
        if span_of(service.from_on, service.until_on, span) is not None:
            return service.plan
    return bill.line.plan or "the plan"
