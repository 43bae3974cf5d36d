"""Where a line used more than its plan has: whether another plan, or a pool, is cheaper (G-9)."""

from collections.abc import Sequence
from dataclasses import dataclass

from quartermaster.billing.rules.invoices import ChargeKind, InvoiceRead, LineBill
from quartermaster.billing.rules.matching.bill import Bill
from quartermaster.billing.rules.matching.days import Span
from quartermaster.billing.rules.matching.found import Found, Kind
from quartermaster.billing.rules.matching.known import PlanOffer
from quartermaster.kernel.money import dollars

KILOBYTES = 1024  # in a megabyte, as carriers count


@dataclass(frozen=True)
class _Month:
    invoice: InvoiceRead
    line: LineBill

    @property
    def cents(self) -> int:
        """What the plan and what went beyond it cost."""
        kinds = {ChargeKind.PLAN, ChargeKind.OVERAGE}
        return sum(charge.cents for charge in self.line.charges if charge.kind in kinds)

    @property
    def used(self) -> bool:
        return bool(self.line.used.seconds or self.line.used.messages or self.line.used.kilobytes)

    @property
    def megabytes(self) -> int:
        return -(-self.line.used.kilobytes // KILOBYTES)

    @property
    def minutes(self) -> int:
        return -(-self.line.used.seconds // 60)

    def __str__(self) -> str:
        return f"{self.invoice.cycle_until:%b %Y}"


def cheaper(bill: Bill) -> Found | None:
    """The cheapest plan that would have done, with its arithmetic, where it saves enough.

    Asked where this cycle went beyond the plan, and otherwise each time that a smaller plan would
    have done for the number of cycles that are compared.
    """
    compared = bill.world.thresholds.months_compared
    months = _months(bill)
    beyond = bill.total(ChargeKind.OVERAGE) > 0
    if not beyond and (len(months) < compared or not any(m.used for m in months)):
        return None
    recent = months[:compared]
    best = _best(bill, recent)
    if best is None or (not beyond and _streak(best, months) % compared):
        return None
    months = recent
    paid = sum(month.cents for month in months)
    saving = paid - best.monthly_cents * len(months)
    if saving <= bill.world.thresholds.saving_cents * len(months):
        return None
    pool = " (a pool)" if best.pooled else ""
    how = "used more than" if beyond else "did not need"
    has = f"{bill.line.plan or 'its plan'} has" if beyond else bill.line.plan or "its plan"
    sentence = (
        f"{bill.shown} {how} {has}; under {best.name}{pool} it had cost {dollars(saving)}"
        f" less in {_count(months)}."
    )
    steps = [
        f"{month}: {month.megabytes:,} MB and {month.minutes:,} minutes used; paid"
        f" {dollars(month.cents)}."
        for month in reversed(months)
    ]
    steps += [
        f"{best.name}{pool}: {_allowance(best)} for {dollars(best.monthly_cents)} a month.",
        *_pool_steps(best, months),
        f"{dollars(paid)} - {len(months)} x {dollars(best.monthly_cents)} = {dollars(saving)}.",
    ]
    first, last = months[-1].invoice.cycle_from, bill.cycle.last
    return bill.found(Kind.PLAN, saving, sentence, steps, detail=best.name, span=Span(first, last))


def _best(bill: Bill, months: Sequence[_Month]) -> PlanOffer | None:
    fitting = [
        offer
        for offer in bill.world.offers
        if offer.name.casefold() != bill.line.plan.casefold() and _fits(offer, months)
    ]
    return min(fitting, key=lambda offer: (offer.monthly_cents, offer.name), default=None)


def _streak(offer: PlanOffer, months: Sequence[_Month]) -> int:
    """For how many cycles without a gap the plan would have done, this one included."""
    return next((n for n, month in enumerate(months) if not _fits_in(offer, month)), len(months))


def _months(bill: Bill) -> list[_Month]:
    """This cycle and those before it in which the line had the same plan, newest first."""
    months = [_Month(bill.invoice, bill.line)]
    for invoice, lines in zip(bill.world.earlier, bill.world.earlier_bills, strict=True):
        line = lines.get(bill.line.number)
        if line is None or line.plan.casefold() != bill.line.plan.casefold():
            break
        months.append(_Month(invoice, line))
    return months


def _fits(offer: PlanOffer, months: Sequence[_Month]) -> bool:
    return all(_fits_in(offer, month) for month in months)


def _fits_in(offer: PlanOffer, month: _Month) -> bool:
    """Whether the plan had been enough; a pool for all that share it, and this line with them."""
    sharing = _sharing(offer, month) if offer.pooled else []
    shares = len(sharing) + 1
    used = month.megabytes + sum(other.megabytes for other in sharing)
    spoken = month.minutes + sum(other.minutes for other in sharing)
    data = offer.allowance_mb is None or used <= offer.allowance_mb * shares
    return data and (offer.allowance_minutes is None or spoken <= offer.allowance_minutes * shares)


def _sharing(offer: PlanOffer, month: _Month) -> list[_Month]:
    """The lines of the account that share the pool in a month."""
    name = offer.name.casefold()
    lines = (line for line in month.invoice.lines if line.plan.casefold() == name)
    return [_Month(month.invoice, line) for line in lines]


def _pool_steps(offer: PlanOffer, months: Sequence[_Month]) -> list[str]:
    if not offer.pooled or offer.allowance_mb is None:
        return []
    steps = []
    for month in reversed(months):
        lines = _sharing(offer, month)
        used = sum(other.megabytes for other in lines)
        steps.append(
            f"{month}: {len(lines)} lines share {used:,} of"
            f" {offer.allowance_mb * len(lines):,} MB; with this one"
            f" {used + month.megabytes:,} of {offer.allowance_mb * (len(lines) + 1):,} MB."
        )
    return steps


def _allowance(offer: PlanOffer) -> str:
    data = "unlimited data" if offer.allowance_mb is None else f"{offer.allowance_mb:,} MB"
    if offer.allowance_minutes is None:
        return data
    return f"{data} and {offer.allowance_minutes:,} minutes"


def _count(months: Sequence[object]) -> str:
    return "one month" if len(months) == 1 else f"{len(months)} months"
