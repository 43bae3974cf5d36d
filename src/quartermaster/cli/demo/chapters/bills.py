"""Three cycles of every carrier's bills, with what goes wrong on real ones."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import BillingFinding, Invoice, Plan, Service
from quartermaster.billing.rules.bills import SharingKey
from quartermaster.billing.rules.invoices import Amounts, Charge, ChargeKind, InvoiceRead, LineBill
from quartermaster.billing.rules.matching.days import month_later
from quartermaster.billing.rules.matching.found import Kind
from quartermaster.inventory.models import Device, Line
from quartermaster.jobs import outbox
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import actor_for

TITLE = "Invoices, and what was found in them"
ORDER = 60
HOUSE = system("the demo")
DAY = timedelta(days=1)
SEED = 2027
CYCLES = 3
ADMINISTRATOR, DESK, COORDINATOR = "2001", "2002", "2003"
GHOST, OWN = "+14145559901", "+14145559902"
CENTRE = "DPW-220"  # as the carrier writes it
ACCOUNTS = {"WATER": "0410-6831", "DPW": "5450-6831", "LIB": "8610-6831", "HEALTH": "3810-6831"}
_K, _MB = ChargeKind, 1024


def tell(at: datetime) -> None:
    """Take in the bills, dispute what is wrong with the second, see a part of it credited."""
    services = _services()
    if not services:
        return
    _accounts(at)
    _own_number(at)
    for cycle in range(CYCLES):
        first, last, then = _span(at, cycle)
        for carrier in sorted({row.plan.contract.vendor for row in services}):
            rows = [row for row in services if row.plan.contract.vendor == carrier]
            wrong = _odd(rows, cycle) if rows[0] == services[0] else {}
            _keep(rows, cycle, (first, last), wrong, then)
        outbox.deliver_due(then)
        if cycle == 1:
            _dispute(then + DAY, _acting(DESK, at))
    _explain(at)
    month = _span(at, 0)[1].replace(day=1)
    if month_later(month) <= localdate(at):
        invoices.close_period(month=month, actor=_acting(ADMINISTRATOR, at), at=at)


def _services() -> list[Service]:
    """The lines that were ordered, with their plans, in the order of their numbers."""
    rows = Service.objects.filter(until_on=None, line__isnull=False, plan__contract__carrier=True)
    rows = rows.select_related("line__holder", "plan__contract").order_by("line__number")
    return list(rows)


def _span(at: datetime, cycle: int) -> tuple[date, date, datetime]:
    """A cycle's first and last day, and when its bill came; the last ended two days ago."""
    end = localdate(at) - 2 * DAY
    start = end - 30 * DAY
    back = (CYCLES - 1 - cycle) * 31 * DAY
    return start - back, end - back, at - back - DAY


def _accounts(at: datetime) -> None:
    ida = _acting(ADMINISTRATOR, at)
    for code, account in ACCOUNTS.items():
        department = Department.objects.filter(code=code).first()
        if department is not None:
            invoices.set_cost_account(
                department_id=department.id, account=account, actor=ida, at=at
            )
            if code == "DPW":
                invoices.set_cost_account(
                    department_id=department.id,
                    account=account,
                    cost_centre=CENTRE,
                    actor=ida,
                    at=at,
                )
    invoices.set_sharing_rule(
        key=SharingKey.CHARGES, from_on=date(localdate(at).year - 1, 1, 1), actor=ida, at=at
    )


def _own_number(at: datetime) -> None:
    """Somebody with a device of their own in City work has their own number on the City's bill."""
    device = Device.objects.filter(ownership="personal", holder__isnull=False).first()
    if device is not None and device.holder is not None:
        invoices.enter_personal_number(
            number=OWN,
            person_id=device.holder.id,
            how="They gave it as their own when they registered their telephone.",
            actor=_acting(DESK, at),
            at=at,
        )


def _keep(
    rows: list[Service],
    cycle: int,
    span: tuple[date, date],
    odd: Mapping[str, str],
    then: datetime,
) -> Invoice | None:
    """One invoice; an account whose cycle was taken in from files already keeps that."""
    carrier, account = rows[0].plan.contract.vendor, rows[0].account or "1"
    first, last = span
    if Invoice.objects.filter(carrier=carrier, account=account, cycle_until__gte=first).exists():
        return None
    lines = [_bill(row, cycle, span, odd) for row in rows if row.line]
    newest = cycle == CYCLES - 1 and bool(odd)
    if newest:
        lines += [
            _stranger(GHOST, "J MERCADO", CENTRE, span),
            _stranger(OWN, "UNKNOWN", "", span),
        ]
    charges = [Charge(_K.SURCHARGE, "Account administration", 199 * len(lines) // 10)]
    if newest and (credit := _credit()):
        charges.append(credit)
    read = InvoiceRead(
        carrier=carrier,
        account=account,
        number=f"{carrier[:2].upper()}{last:%y%m%d}",
        cycle_from=first,
        cycle_until=last,
        issued_on=last + DAY,
        due_on=last + 25 * DAY,
        stated_cents=0,
        lines=tuple(lines),
        account_charges=tuple(charges),
    )
    read = replace(read, stated_cents=read.cents)
    return invoices.keep_invoice(read=read, source=None, actor=HOUSE, at=then)


def _odd(rows: list[Service], cycle: int) -> Mapping[str, str]:
    """Which lines of a carrier have what wrong, by number."""
    held = [row.line.number for row in rows if row.line and row.line.holder_id]
    if len(held) < 6:  # noqa: PLR2004 (one line for each)
        return {}
    every = {held[0]: "rate", held[1]: "idle"}
    last = {held[2]: "twice", held[3]: "roaming", held[4]: "abroad", held[5]: "premium"}
    return {**every, **(last if cycle == CYCLES - 1 else {})}


def _bill(row: Service, cycle: int, span: tuple[date, date], odd: Mapping[str, str]) -> LineBill:
    assert row.line is not None  # the query asked for it
    wrong = odd.get(row.line.number, "")
    first, last = span
    rate = _rate(row.plan, last) + (500 if wrong == "rate" and cycle else 0)
    charges = [
        Charge(_K.PLAN, row.plan.name, rate, first, last),
        Charge(_K.SURCHARGE, "Regulatory charge", 216),
        Charge(_K.TAX, "State and local tax", rate * 6 // 100),
        *_extras(wrong),
    ]
    holder = row.line.holder
    return LineBill(
        number=row.line.number,
        plan=row.plan.name,
        user=str(holder).upper() if holder else "CITY SPARE",
        used=Amounts() if wrong == "idle" else _used(row.line, row.plan, cycle),
        charges=tuple(charges),
    )


def _extras(wrong: str) -> list[Charge]:
    found = {
        "twice": [Charge(_K.OTHER, "Mobile protection", 700)] * 2,
        "roaming": [Charge(_K.ROAMING, "Data roaming, Canada", 4860)],
        "abroad": [Charge(_K.INTERNATIONAL, "Calls to Mexico, 31 minutes", 1240)],
        "premium": [Charge(_K.PREMIUM, "Premium messages, 3 of them", 999)],
    }
    return found.get(wrong, [])


def _used(line: Line, plan: Plan, cycle: int) -> Amounts:
    """As much as the plan is for: nobody could have done with a smaller one."""
    dice = random.Random(f"{SEED}/{line.number}/{cycle}")  # noqa: S311 (a repeatable demo)
    talks = plan.allowance_minutes != 0
    return Amounts(
        seconds=dice.randint(6_000, 30_000) if talks else 0,
        messages=dice.randint(20, 300) if talks else 0,
        kilobytes=dice.randint(4_000, 40_000) * _MB,
    )


def _stranger(number: str, user: str, centre: str, span: tuple[date, date]) -> LineBill:
    charges = (
        Charge(_K.PLAN, "Government Unlimited", 4099, *span),
        Charge(_K.TAX, "State and local tax", 245),
    )
    return LineBill(
        number=number,
        plan="Government Unlimited",
        user=user,
        cost_centre=centre,
        used=Amounts(seconds=9_000, messages=80, kilobytes=6_000 * _MB),
        charges=charges,
    )


def _rate(plan: Plan, day: date) -> int:
    rate = plan.rates.filter(from_on__lte=day).order_by("-from_on").first()
    return rate.monthly_cents if rate else 0


def _dispute(at: datetime, hugo: Actor) -> None:
    """The rate of the second cycle goes to the carrier as a letter."""
    row = BillingFinding.objects.filter(kind=Kind.RATE.value, state="open").first()
    if row is not None:
        item = invoices.dispute(finding=row, reason="The contract says less", actor=hugo, at=at)
        invoices.send_dispute(dispute=item.dispute, actor=hugo, at=at)


def _credit() -> Charge | None:
    """The carrier credits a part of what was asked back, and names the dispute."""
    row = BillingFinding.objects.filter(kind=Kind.RATE.value, state="disputed").first()
    item = row.dispute_items.first() if row else None
    if item is None:
        return None
    return Charge(_K.CREDIT, f"Adjustment {item.dispute.number}", -(item.cents * 3 // 5))


def _explain(at: datetime) -> None:
    """The coordinator explains what is their department's, where there is such a thing."""
    cole = _acting(COORDINATOR, at)
    extras = [Kind.INTERNATIONAL.value, Kind.ROAMING.value]
    rows = BillingFinding.objects.filter(state="open", kind__in=extras)
    row = rows.filter(department__code__startswith="WATER").order_by("kind").first()
    if row is not None:
        why = "The supplier of the new valves is there; the calls were agreed on."
        invoices.explain(finding=row, reason=why, actor=cole, at=at)


def _acting(number: str, at: datetime) -> Actor:
    return actor_for(Person.objects.get(number=number), at)
