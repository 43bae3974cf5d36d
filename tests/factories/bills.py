"""Worlds for tests of matching: what the City knows beside the bills of simulated carriers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from quartermaster.billing.rules.invoices import Amounts, Charge, ChargeKind, InvoiceRead, LineBill
from quartermaster.billing.rules.matching.known import (
    Had,
    Known,
    Personal,
    PlanOffer,
    Served,
    Stood,
    World,
)
from quartermaster.simulators.carriers import Anomaly, Bill, Billing, SimAccount, SimCity

LONG_AGO = date(2020, 1, 1)
WATER = UUID(int=1)
ANA = UUID(int=2)


def read_of(bill: Bill) -> InvoiceRead:
    """A simulated bill as an import reads it."""
    return InvoiceRead(
        carrier=bill.carrier,
        account=bill.account,
        number=bill.invoice,
        cycle_from=bill.cycle_from,
        cycle_until=bill.cycle_until,
        issued_on=bill.issued_on,
        due_on=bill.due_on,
        stated_cents=bill.stated_cents,
        lines=tuple(
            LineBill(
                number=item.line.number,
                plan=item.line.plan.name,
                user=item.line.user,
                cost_centre=item.line.cost_centre,
                iccid=item.line.iccid,
                imei=item.line.imei,
                used=Amounts(
                    seconds=item.use.minutes * 60,
                    messages=item.use.messages,
                    kilobytes=item.use.megabytes * 1024,
                ),
                charges=_charges(item.charges),
            )
            for item in bill.lines
        ),
        account_charges=_charges(bill.account_charges),
    )


def _charges(rows: Iterable[object]) -> tuple[Charge, ...]:
    return tuple(
        Charge(ChargeKind(row.kind), row.description, row.cents, row.from_on, row.until_on)
        for row in rows
    )


def known(number: str, plan: str = "Unlimited", cents: int = 3999, **more: object) -> Known:
    """A line of Ana's at Water Works, ordered and active for long."""
    given = {
        "line_id": UUID(int=int(number[-9:])),
        "services": (Served(plan, {LONG_AGO: cents}, LONG_AGO),),
        "statuses": (Stood("active", LONG_AGO),),
        "holders": (Had(LONG_AGO, None, ANA, "Ana Reyes", WATER),),
    }
    return Known(number, **{**given, **more})


def world_of(account: SimAccount, billing: Billing) -> World:
    """The City as it is where its bills have what was planted: nothing else is wrong."""
    lines = {
        line.number: known(line.number, line.plan.name, line.plan.monthly_cents)
        for line in account.lines
    }
    personal = {}
    last = [bill for bill in billing.bills if bill.account == account.number][-1]
    before = last.cycle_from - timedelta(days=1)
    for item in billing.planted:
        here = lines.get(item.number)
        if here is None:
            continue
        if item.kind is Anomaly.PERSONAL:
            personal[item.number] = Personal("Ana Reyes", ANA)
        elif item.kind in {Anomaly.CANCELLED, Anomaly.SUSPENDED}:
            steps = (Stood("active", LONG_AGO, before), Stood(item.kind.value, before))
            lines[item.number] = replace(here, statuses=steps)
        elif item.kind is Anomaly.SEPARATED:
            (had,) = here.holders
            lines[item.number] = replace(here, holders=(replace(had, separated_on=before),))
    return World(
        known=lines,
        personal=personal,
        offers=tuple(
            PlanOffer(plan.name, plan.monthly_cents, plan.megabytes, plan.minutes)
            for plan in account.plans
        ),
    )


def worlds(city: SimCity, billing: Billing) -> list[tuple[InvoiceRead, World]]:
    """Each invoice with what it is held against."""
    found = []
    for account in city.accounts:
        reads = [read_of(bill) for bill in billing.bills if bill.account == account.number]
        base = world_of(account, billing)
        for place, read in enumerate(reads):
            found.append((read, replace(base, earlier=tuple(reversed(reads[:place])))))
    return found
