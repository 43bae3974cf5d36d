"""Summing a cycle up: one row for each line and whom it belonged to, from detail and invoice."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, Sum

from quartermaster.billing.models import Invoice, InvoiceLine
from quartermaster.billing.rules.invoices import ChargeKind
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.models import DetailFile, LineUsage, UsageCycle
from quartermaster.usage.queries.bearers import Belonged, belonged
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.summaries import USED, Attributed, Figures, attributed, moved
from quartermaster.usage.summary_permits import SUMMARY_MAKE
from quartermaster.usage.warehouse import columns, keeping, questions, reading

BATCH = 1000


def summarise_invoice(*, invoice_id: UUID, actor: Actor, at: datetime) -> UsageCycle:
    """Sum up the cycle of an invoice, known here or not (G-9)."""
    invoice = Invoice.objects.get(id=invoice_id)
    cycle = Cycle(invoice.carrier, invoice.account, invoice.cycle_from, invoice.cycle_until)
    row = keeping.cycle_row(cycle, actor, at, with_key=False)
    summarise_cycle(cycle_id=row.id, actor=actor, at=at)
    return row


def summarise_cycle(*, cycle_id: UUID, actor: Actor, at: datetime) -> int:
    """Write the rows of a cycle anew from what is in force; how many (G-9).

    Where the detail was destroyed already, what was summed of it stays as it is; where the
    summaries were, nothing is summed up again.
    """
    require(actor, SUMMARY_MAKE)
    with act(actor, at) as doing:
        row = UsageCycle.objects.select_for_update().get(id=cycle_id)
        if row.summaries_disposed_at is not None:
            return 0  # its time was over: nothing brings it back
        before = LineUsage.objects.filter(cycle=row)
        destroyed = keeping.was_destroyed(row)
        if destroyed and before.exists():
            return before.count()
        bills, plans = _bills(row)
        files = [] if destroyed else reading.in_force([row])
        families = frozenset(Family(file.family) for file in files)
        detail = _totals(files) if files else {}
        known = belonged(row.carrier, {*bills, *detail})
        if files:
            detail = _by_day_where_moved(row, files, detail, known)
        said = ",".join(sorted(families))
        made = [
            _row(row, number, part, known.get(number), plans.get(number, ""), said, at)
            for number in sorted({*bills, *detail})
            for part in attributed(
                row.cycle,
                known[number].periods if number in known else (),
                bill=bills.get(number, Figures()),
                detail=detail.get(number, {}),
                families=families,
            )
        ]
        before.delete()
        LineUsage.objects.bulk_create(made, BATCH)
        doing.record("usage.cycle.summed", row, cycle=str(row), rows=len(made), detail=said)
    return len(made)


def _row(
    cycle: UsageCycle,
    number: str,
    part: Attributed,
    known: Belonged | None,
    plan: str,
    families: str,
    at: datetime,
) -> LineUsage:
    return LineUsage(
        cycle=cycle,
        month=cycle.month,
        number=number,
        line_id=known.line_id if known else None,
        department_id=part.bearer.department_id,
        holder_id=part.bearer.person_id,
        plan=plan or (known.plan if known else ""),
        days=part.days,
        families=families,
        made_at=at,
        **asdict(part.figures),
    )


def _bills(row: UsageCycle) -> tuple[dict[str, Figures], dict[str, str]]:
    """What the invoice in force says of each number, and its plan."""
    kinds = {
        "overage_cents": ChargeKind.OVERAGE,
        "roaming_cents": ChargeKind.ROAMING,
        "international_cents": ChargeKind.INTERNATIONAL,
    }
    sums = {
        name: Sum("charges__cents", filter=Q(charges__kind=kind.value), default=0)
        for name, kind in kinds.items()
    }
    lines = InvoiceLine.objects.filter(
        invoice__superseded_at=None,
        invoice__sealed=True,
        invoice__carrier__iexact=row.carrier,
        invoice__account=row.account,
        invoice__cycle_from=row.cycle_from,
        invoice__cycle_until=row.cycle_until,
    ).annotate(**sums)
    found, plans = {}, {}
    for line in lines:
        costs = {name: getattr(line, name) for name in kinds}
        used = {name: getattr(line, name) for name in USED}
        found[line.number] = Figures(**used, **costs, cost_cents=line.total_cents)
        plans[line.number] = line.plan
    return found, plans


def _totals(files: list[DetailFile]) -> dict[str, dict[date | None, Figures]]:
    with reading.opened(files, repeated=(*columns.REPEATED, "number")) as opened:
        rows = opened.rows(questions.totals())
    return {row["number"]: {None: _figures(row)} for row in rows}


def _by_day_where_moved(
    row: UsageCycle,
    files: list[DetailFile],
    detail: dict[str, dict[date | None, Figures]],
    known: Mapping[str, Belonged],
) -> dict[str, dict[date | None, Figures]]:
    """The same, with the lines that changed hands day by day."""
    several = [n for n in detail if n in known and moved(row.cycle, known[n].periods)]
    if not several:
        return detail
    with reading.opened(files) as opened:
        rows = opened.rows(questions.daily(several))
    days: dict[str, dict[date | None, Figures]] = defaultdict(dict)
    for one in rows:
        days[one["number"]][one["day"]] = _figures(one)
    return {**detail, **days}


def _figures(row: Mapping[str, int]) -> Figures:
    return Figures(**{name: row[name] for name in USED})
