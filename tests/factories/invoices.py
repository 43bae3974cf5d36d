"""Invoices for tests, built up as a carrier's bill is."""

from datetime import date
from typing import Any

from quartermaster.billing.rules.invoices import Amounts, Charge, ChargeKind, InvoiceRead, LineBill
from tests.factories.inventory import CARRIER

FROM, UNTIL = date(2026, 10, 1), date(2026, 10, 31)
USED = Amounts(seconds=3_600, messages=40, kilobytes=2_000_000)


def charge(cents: int, kind: str = "plan", description: str = "", **more: Any) -> Charge:
    return Charge(ChargeKind(kind), description or kind.capitalize(), cents, **more)


def bill(number: str, *charges: Charge, **more: Any) -> LineBill:
    return LineBill(
        **{"number": number, "plan": "Unlimited", "used": USED, **more}, charges=charges
    )


def read(*lines: LineBill, **more: Any) -> InvoiceRead:
    """One of October; its own total is right unless another is given."""
    given = {
        "carrier": CARRIER,
        "account": "287-1",
        "number": "INV-10",
        "cycle_from": FROM,
        "cycle_until": UNTIL,
        "issued_on": date(2026, 11, 2),
        "due_on": date(2026, 11, 28),
        "stated_cents": 0,
        "lines": lines,
        **more,
    }
    made = InvoiceRead(**given)
    if "stated_cents" in more:
        return made
    return InvoiceRead(**{**given, "stated_cents": made.cents})
