"""The ordered lines: which, under which plan, for whom, on a day. Invoices meet them (G-12)."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from quartermaster.audit.models import Entry
from quartermaster.billing.models import OrderLine, Rate, Service
from quartermaster.billing.permits import SERVICE_VIEW
from quartermaster.billing.rules.orders import OPEN_STATES, rate_on
from quartermaster.inventory.models import LIVE, Line
from quartermaster.kernel.csvsafe import safe
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import Actor, Reach, reach
from quartermaster.policy.rules.versions import city_date


@dataclass(frozen=True)
class OrderedLine:
    """One line that the City ordered, on a day. What is not known yet is empty."""

    number: str
    iccid: str
    carrier: str
    account: str
    plan: str
    monthly_cents: int | None
    department: str
    holder: str
    from_on: date
    until_on: date | None
    order: str
    line_id: UUID | None = None

    @property
    def received(self) -> bool:
        return bool(self.number or self.iccid)


def ordered_lines(on: date, *, actor: Actor | None = None) -> list[OrderedLine]:
    """The lines that are ordered on a day: received ones, and those still on their way (G-12).

    Args:
        on: the day. A line belongs to it from its first day until the day on which it ended.
        actor: trims to the departments that they may see; None: everything, for rooms above.
    """
    extent = Reach(everything=True) if actor is None else reach(actor, SERVICE_VIEW)
    if extent.nothing:
        return []
    services = list(_services(on, extent))
    ended = _ended({service.line_id for service in services if service.line_id})
    rates = rates_of({service.plan_id for service in services})
    found = [
        _of_service(service, rates[service.plan_id], ended, on)
        for service in services
        if not _over(service, ended, on)
    ]
    return sorted([*found, *_on_their_way(on, extent)], key=lambda row: (row.carrier, row.number))


def _services(on: date, extent: Reach) -> QuerySet[Service]:
    rows = Service.objects.select_related(
        "line__department",
        "line__holder",
        "sim__line__department",
        "sim__line__holder",
        "plan__contract",
        "order_line__order",
        "order_line__department",
        "order_line__holder",
    ).filter(Q(until_on=None) | Q(until_on__gt=on), from_on__lte=on)
    if extent.everything:
        return rows
    return rows.filter(
        Q(line__department_id__in=extent.departments)
        | Q(line=None, sim__line__department_id__in=extent.departments)
        | Q(line=None, sim__line=None, order_line__department_id__in=extent.departments)
    )


def _line_of(service: Service) -> Line | None:
    return service.line or (service.sim.line if service.sim else None)


def _over(service: Service, ended: dict[UUID, date], on: date) -> bool:
    line = _line_of(service)
    return line is not None and line.id in ended and ended[line.id] <= on


def _of_service(
    service: Service, rates: dict[date, int], ended: dict[UUID, date], on: date
) -> OrderedLine:
    line, bought = _line_of(service), service.order_line
    sim = service.sim or (line.sims.filter(retired=False).first() if line else None)
    department = line.department if line else (bought.department if bought else None)
    holder = line.holder if line else (bought.holder if bought else None)
    return OrderedLine(
        number=line.number if line else "",
        iccid=sim.iccid if sim else "",
        carrier=service.plan.contract.vendor,
        account=service.account,
        plan=service.plan.name,
        monthly_cents=rate_on(rates, on),
        department=department.code if department else "",
        holder=holder.number if holder else "",
        from_on=service.from_on,
        until_on=service.until_on or (ended.get(line.id) if line else None),
        order=bought.order.number if bought else "",
        line_id=line.id if line else None,
    )


def _on_their_way(on: date, extent: Reach) -> Iterable[OrderedLine]:
    """Lines that were sent for and have not come; from the day on which the order went out."""
    rows = OrderLine.objects.select_related(
        "order__contract", "plan", "department", "holder"
    ).filter(plan__isnull=False, live=True, order__state__in=sorted(OPEN_STATES))
    if not extent.everything:
        rows = rows.filter(department_id__in=extent.departments)
    for row in rows.prefetch_related("pieces"):
        assert row.order.sent_at is not None  # a constraint says so
        sent = city_date(row.order.sent_at, settings.TIME_ZONE)
        came = sum(1 for piece in row.pieces.all() if piece.state == "kept")
        if sent > on:
            continue
        for _ in range(row.quantity - came):
            yield OrderedLine(
                number="",
                iccid="",
                carrier=row.order.contract.vendor,
                account=row.account,
                plan=row.plan.name if row.plan else "",
                monthly_cents=row.monthly_cents,
                department=row.department.code,
                holder=row.holder.number if row.holder else "",
                from_on=sent,
                until_on=None,
                order=row.order.number,
            )


def rates_of(plan_ids: set[UUID]) -> dict[UUID, dict[date, int]]:
    found: dict[UUID, dict[date, int]] = {key: {} for key in plan_ids}
    rows = Rate.objects.filter(plan_id__in=plan_ids)
    for plan, start, cents in rows.values_list("plan_id", "from_on", "monthly_cents"):
        found[plan][start] = cents
    return found


def _ended(line_ids: set[UUID]) -> dict[UUID, date]:
    """The day on which each line ended that did, as the ledger has it."""
    gone = Line.objects.filter(id__in=line_ids).exclude(status__in=LIVE)
    keys = [str(key) for key in gone.values_list("id", flat=True)]
    entries = Entry.objects.filter(
        tag="inventory.line.moved", subject_kind="inventory.line", subject_id__in=keys
    ).order_by("seq")
    found: dict[UUID, date] = {}
    for key, at, data in entries.values_list("subject_id", "at", "data"):
        if data["status"][1] not in LIVE:
            found[UUID(key)] = city_date(at, settings.TIME_ZONE)
    return found


def lines_without_service() -> QuerySet[Line]:
    """Live lines of the register that no order and no entry stands for."""
    with_one = Service.objects.filter(until_on=None)
    return (
        Line.objects.filter(status__in=LIVE)
        .exclude(id__in=with_one.filter(line__isnull=False).values("line_id"))
        .exclude(sims__in=with_one.filter(sim__isnull=False).values("sim_id"))
        .select_related("department", "holder")
    )


TITLES = {
    "number": "Number",
    "iccid": "ICCID",
    "carrier": "Carrier",
    "account": "Account",
    "plan": "Plan",
    "monthly_cents": "Rate a month",
    "department": "Department",
    "holder": "Holder",
    "from_on": "From",
    "until_on": "Until",
    "order": "Order",
}


def as_csv(rows: Iterable[OrderedLine]) -> str:
    """The list as CSV; no cell of it is run by a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = [item.name for item in fields(OrderedLine) if item.name in TITLES]
    writer.writerow([TITLES[name] for name in names])
    for row in rows:
        values = asdict(row)
        writer.writerow([safe(_cell(name, values[name])) for name in names])
    return text.getvalue()


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if name == "monthly_cents" and isinstance(value, int):
        return dollars(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
