"""The same charge twice: on one line of an invoice, or on two invoices (G-12)."""

from collections import defaultdict

from quartermaster.billing.rules.invoices import Charge, ChargeKind
from quartermaster.billing.rules.matching.bill import Bill, written
from quartermaster.billing.rules.matching.days import Span
from quartermaster.billing.rules.matching.found import Found, Kind
from quartermaster.kernel.money import dollars

# what is charged once for a time. Two calls of a kind on one day are two calls.
_ONCE = frozenset({ChargeKind.PLAN, ChargeKind.EQUIPMENT, ChargeKind.SURCHARGE, ChargeKind.OTHER})
_DATED = frozenset(ChargeKind) - {ChargeKind.CREDIT, ChargeKind.TAX}


def duplicates(bill: Bill) -> tuple[list[Found], list[Charge]]:
    """What is billed twice, and the charges that are the second of them."""
    within, second = _within(bill)
    found = list(within)
    for charge in bill.line.charges:
        if charge in second:
            continue
        earlier = _elsewhere(bill, charge)
        if earlier:
            found.append(_twice(bill, [charge], f"It is on {earlier} already."))
            second.append(charge)
    return found, second


def _within(bill: Bill) -> tuple[list[Found], list[Charge]]:
    same: dict[Charge, list[Charge]] = defaultdict(list)
    for charge in bill.line.charges:
        dated = charge.from_on is not None and charge.kind in _DATED
        if charge.cents > 0 and (charge.kind in _ONCE or (dated and _lasts(charge))):
            same[charge].append(charge)
    found, second = [], []
    for charges in same.values():
        if len(charges) > 1:
            second += charges[1:]
            said = f"It stands {len(charges)} times on this invoice."
            found.append(_twice(bill, charges[1:], said))
    return found, second


def _lasts(charge: Charge) -> bool:
    return charge.from_on != charge.until_on


def _elsewhere(bill: Bill, charge: Charge) -> str:
    """The invoice that has the same charge for the same days; empty where none has."""
    if charge.cents <= 0 or charge.kind not in _ONCE:
        return ""
    mine = bill.span(charge)
    for other in bill.world.elsewhere.get(bill.line.number, ()):
        theirs = other.charge
        alike = (theirs.kind, theirs.description, theirs.cents) == (
            charge.kind,
            charge.description,
            charge.cents,
        )
        if not alike or theirs.from_on is None or theirs.until_on is None:
            continue
        if Span(theirs.from_on, theirs.until_on) == mine:
            return other.invoice
    return ""


def _twice(bill: Bill, charges: list[Charge], said: str) -> Found:
    first = charges[0]
    cents = sum(charge.cents for charge in charges)
    span = bill.span(first)
    words = first.description or first.kind.label
    return bill.found(
        Kind.DUPLICATE,
        cents,
        f"{bill.shown}: “{words}” is billed again, {dollars(cents)}.",
        [written(first), said],
        detail=f"{first.kind.value}/{words}/{span.first}/{span.last}/{first.cents}",
        span=span,
    )
