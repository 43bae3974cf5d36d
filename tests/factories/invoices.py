"""Invoices for tests, built up as a carrier's bill is."""

from datetime import date, datetime
from typing import Any

from quartermaster.billing.actions import invoices, services
from quartermaster.billing.models import BillingFinding, Invoice, Plan
from quartermaster.billing.rules.invoices import Amounts, Charge, ChargeKind, InvoiceRead, LineBill
from quartermaster.inventory.models import Line
from quartermaster.jobs import outbox
from quartermaster.org.models import Person
from tests.factories.inventory import CARRIER, LineFactory
from tests.factories.orders import HOUSE

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


def ordered_line(holder: Person, plan: Plan, at: datetime, **more: Any) -> Line:
    """A line of a person's that the City ordered under a plan since February."""
    line = LineFactory(holder=holder, **{"account": "287-1", "plan": plan.name, **more})
    services.enter_service(
        line_id=line.id,
        plan_id=plan.id,
        from_on=date(2026, 2, 1),
        reason="Billed since February",
        actor=HOUSE,
        at=at,
    )
    return line


def kept(at: datetime, *lines: LineBill, **more: Any) -> Invoice:
    """An invoice that is kept, shared out and matched, as the outbox does it."""
    made = invoices.keep_invoice(read=read(*lines, **more), source=None, actor=HOUSE, at=at)
    outbox.deliver_due(at)
    return made


def found(invoice: Invoice) -> list[tuple[str, str, int, str]]:
    """The findings of an invoice: kind, number, cents, state."""
    rows = BillingFinding.objects.filter(invoice=invoice).order_by("number", "kind")
    return [(row.kind, row.number, row.cents, row.state) for row in rows]


def finding(invoice: Invoice, kind: str) -> BillingFinding:
    return BillingFinding.objects.get(invoice=invoice, kind=kind)
