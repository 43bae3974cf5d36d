"""What is known of the lines on an invoice: orders, status, holders, by day (G-12, C-4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from quartermaster.audit.models import Entry
from quartermaster.billing.models import Service
from quartermaster.billing.queries.services import rates_of
from quartermaster.billing.rules.matching.known import Had, Known, Served, Stood
from quartermaster.inventory.models import CustodyPeriod, Line, Sim
from quartermaster.policy.rules.versions import city_date

LONG_AGO = date(2000, 1, 1)


def known_lines(
    carrier: str, numbers: Iterable[str], iccids: Iterable[str]
) -> tuple[dict[str, Known], dict[str, Known]]:
    """What is known at a carrier of some numbers, and of some SIMs."""
    sims = {sim.iccid: sim for sim in Sim.objects.filter(iccid__in=[i for i in iccids if i])}
    loose = [sim.id for sim in sims.values()]
    of_sims = [sim.line_id for sim in sims.values() if sim.line_id]
    lines = list(
        Line.objects.select_related("department")
        .filter(Q(number__in=list(numbers)) | Q(id__in=of_sims), carrier__iexact=carrier)
        .order_by("id")
    )
    services = _services(carrier, [line.id for line in lines], loose)
    statuses, holders = _statuses(lines), _holders(lines)
    by_number: dict[str, Known] = {}
    by_line: dict[UUID, Known] = {}
    for line in lines:
        before = by_number.get(line.number)
        known = Known(
            number=line.number,
            line_id=line.id,
            covered=line.department.covered,
            services=(*(before.services if before else ()), *services[line.id]),
            statuses=_after(before, statuses[line.id]),
            holders=_follow(before, holders[line.id]),
        )
        by_number[line.number] = by_line[line.id] = known
    by_iccid = {
        iccid: by_line[sim.line_id]
        if sim.line_id in by_line
        else Known(number="", services=tuple(services[sim.id]))
        for iccid, sim in sims.items()
        if sim.line_id in by_line or services[sim.id]
    }
    return by_number, by_iccid


def _after(before: Known | None, statuses: tuple[Stood, ...]) -> tuple[Stood, ...]:
    """A number's statuses where it came to another line after the first one had ended."""
    if before is None or not before.statuses or not statuses:
        return statuses
    first = before.statuses[-1].from_on
    cut = [Stood(s.status, max(s.from_on, first), s.until_on) for s in statuses]
    return (*before.statuses[:-1], *(s for s in cut if s.until_on is None or s.until_on > first))


def _follow(before: Known | None, holders: tuple[Had, ...]) -> tuple[Had, ...]:
    return (*(before.holders if before else ()), *holders)


def _services(
    carrier: str, lines: list[UUID], sims: list[UUID]
) -> Mapping[UUID, tuple[Served, ...]]:
    rows = (
        Service.objects.select_related("plan__contract", "order_line__order", "sim")
        .filter(Q(line_id__in=lines) | Q(sim__line_id__in=lines) | Q(sim_id__in=sims))
        .filter(plan__contract__vendor__iexact=carrier)
        .order_by("from_on", "id")
    )
    found: dict[UUID, tuple[Served, ...]] = defaultdict(tuple)
    kept = list(rows)
    rates = rates_of({row.plan_id for row in kept})
    for row in kept:
        key = row.line_id or (row.sim.line_id if row.sim else None) or row.sim_id
        assert key is not None  # a constraint has one of them
        served = Served(
            plan=row.plan.name,
            rates=rates[row.plan_id],
            from_on=row.from_on,
            until_on=row.until_on,
            order=row.order_line.order.number if row.order_line else "",
        )
        found[key] = (*found[key], served)
    return found


def _statuses(lines: list[Line]) -> Mapping[UUID, tuple[Stood, ...]]:
    """Each line's statuses by day, as the ledger has its steps."""
    moves: dict[UUID, list[tuple[date, str, str]]] = defaultdict(list)
    entries = Entry.objects.filter(
        tag="inventory.line.moved",
        subject_kind="inventory.line",
        subject_id__in=[str(line.id) for line in lines],
    ).order_by("seq")
    for key, at, data in entries.values_list("subject_id", "at", "data"):
        before, after = data["status"]
        moves[UUID(key)].append((_day(at), before, after))
    found = {}
    for line in lines:
        steps = moves[line.id]
        starts = [LONG_AGO, *(day for day, _, _ in steps)]
        names = [steps[0][1] if steps else line.status, *(after for _, _, after in steps)]
        ends: list[date | None] = [*starts[1:], None]
        found[line.id] = tuple(
            Stood(str(name), start, end)
            for name, start, end in zip(names, starts, ends, strict=True)
            if end is None or end > start
        )
    return found


def _holders(lines: list[Line]) -> Mapping[UUID, tuple[Had, ...]]:
    """Who had each line by day; whoever is known first is taken to have had it before, too."""
    found: dict[UUID, tuple[Had, ...]] = defaultdict(tuple)
    rows = CustodyPeriod.objects.filter(line_id__in=[line.id for line in lines])
    for row in rows.select_related("person").order_by("thing_id", "position"):
        assert row.line_id is not None  # the filter asked for them
        since = _day(row.since) if found[row.line_id] else LONG_AGO
        until = _day(row.until) if row.until else None
        had = Had(
            from_on=since,
            until_on=until,
            person_id=row.person_id,
            person=str(row.person) if row.person else "",
            department_id=row.department_id,
            separated_on=row.person.separated_on if row.person else None,
        )
        found[row.line_id] = (*found[row.line_id], had)
    return found


def _day(at: datetime) -> date:
    return city_date(at, settings.TIME_ZONE)
