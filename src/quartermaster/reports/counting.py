"""What devices run, counted by the clock for each department, so that a page need not count.

A page that shows what was counted says when. Where the clock did not count lately, what is asked
for is counted then and there. That both ways count the same is tested.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Min, Q, QuerySet, Sum

from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.compliance.queries import STANDINGS, states_of_devices
from quartermaster.inventory.models import Ownership
from quartermaster.kernel.permits import Actor, reach
from quartermaster.mdm.posture import OS_VERSION, SOFTWARE, UPDATES
from quartermaster.reports import fleet, lag
from quartermaster.reports.fleet import Counted
from quartermaster.reports.models import Figure, FleetCount
from quartermaster.reports.standing import FRESH, devices_reported, fleet_counts_reported, managed

_INTO = """
    WITH managed AS (
        SELECT device.id, device.department_id, device.ownership, device.platform
        FROM inventory_device device
        WHERE EXISTS (SELECT FROM mdm_enrolment enrolment
            WHERE enrolment.device_id = device.id AND enrolment.state = 'enrolled')
    )
    INSERT INTO reports_fleetcount
        (department_id, ownership, figure, key, name, devices, counted_at)
"""
_DEVICES = """
    SELECT department_id, ownership, 'devices', '', '', count(*), %(at)s FROM managed GROUP BY 1, 2
"""
_SYSTEMS = """
    SELECT department_id, ownership, 'system', left(platform || ' ' || (value #>> '{}'), 200), '',
        count(*), %(at)s
    FROM managed JOIN mdm_storedfact fact ON fact.device_id = managed.id AND fact.key = %(system)s
    WHERE fact.value #>> '{}' IS NOT NULL
    GROUP BY 1, 2, 4
"""
_LAG = """
    SELECT department_id, ownership, 'lag', CASE
            WHEN state = 'pass' THEN '0'
            WHEN state = 'pending' THEN '1'
            WHEN state <> 'fail' THEN '5'
            WHEN since > %(week)s THEN '2'
            WHEN since > %(month)s THEN '3'
            ELSE '4'
        END, '', count(*), %(at)s
    FROM managed JOIN compliance_evaluation evaluation
        ON evaluation.device_id = managed.id AND evaluation.check_name = %(check)s
    WHERE state <> 'not_applicable'
    GROUP BY 1, 2, 4
"""
_UPDATES = """
    SELECT department_id, ownership, 'updates', CASE
            WHEN value = '[]'::jsonb THEN 'none'
            WHEN value @> '[{"critical": true}]'::jsonb THEN 'critical'
            ELSE 'waiting'
        END, '', count(*), %(at)s
    FROM managed JOIN mdm_storedfact fact ON fact.device_id = managed.id AND fact.key = %(updates)s
    WHERE jsonb_typeof(value) = 'array'
    GROUP BY 1, 2, 4
"""
# the software of a personal device is not counted, whatever there may be of it (G-1)
_SOFTWARE = """
    SELECT department_id, ownership, 'software', left(entry->>'identifier', 200),
        left(coalesce(max(entry->>'name'), ''), 200), count(DISTINCT managed.id), %(at)s
    FROM managed JOIN mdm_storedfact fact ON fact.device_id = managed.id AND fact.key = %(software)s
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(fact.value) WHEN 'array' THEN fact.value ELSE '[]'::jsonb END
    ) entry
    WHERE ownership = 'city' AND entry->>'identifier' <> ''
    GROUP BY 1, 2, 4
"""
_STANDING = """
    SELECT department_id, ownership, 'standing', CASE
            WHEN failing THEN 'not compliant'
            WHEN unsure THEN 'not known'
            ELSE 'compliant'
        END, '', count(*), %(at)s
    FROM managed JOIN (
        SELECT device_id, bool_or(state = 'fail') AS failing,
            bool_or(answerable AND state IN ('unknown', 'stale', 'pending')) AS unsure
        FROM compliance_evaluation GROUP BY device_id
    ) worst ON worst.device_id = managed.id
    GROUP BY 1, 2, 4
"""


@dataclass(frozen=True)
class Fleet:
    """What devices run. ``counted_at``: when the clock counted; None: it was counted just now."""

    devices: int
    city: int
    systems: tuple[Counted, ...]
    software: tuple[Counted, ...]
    lag: tuple[Counted, ...]
    updates: tuple[Counted, ...]
    counted_at: datetime | None = None


def count_fleet(at: datetime) -> int:
    """Count anew what devices run, for each department and ownership; how many rows (G-10)."""
    said: dict[str, str | datetime] = {
        "at": at,
        "week": at - lag.WEEK,
        "month": at - lag.MONTH,
        "check": lag.CHECK,
        "system": OS_VERSION,
        "software": SOFTWARE,
        "updates": UPDATES,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reports_fleetcount IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM reports_fleetcount")
        made = 0
        for part in (_DEVICES, _SYSTEMS, _LAG, _UPDATES, _SOFTWARE, _STANDING):
            cursor.execute(_INTO + part, said)
            made += cursor.rowcount
    return made


def fleet_of(actor: Actor, at: datetime, department_id: UUID | None = None) -> Fleet:
    """What devices run that this actor has a report on, and when that was counted (G-10)."""
    rows = fleet_counts_reported(actor, department_id).filter(counted_at__gt=at - FRESH)
    last: datetime | None = rows.aggregate(last=Max("counted_at"))["last"]
    if last is not None and last <= at:
        return _kept(rows, last)
    devices = devices_reported(actor, department_id)
    return Fleet(
        devices=devices.count(),
        city=devices.filter(ownership=Ownership.CITY).count(),
        systems=fleet.os_versions(devices),
        software=fleet.top_software(devices),
        lag=lag.patch_lag(devices, at),
        updates=fleet.updates_waiting(devices),
    )


@dataclass(frozen=True)
class Standings:
    """How many devices stand how, by the worst outcome of each, and when the clock counted."""

    counts: Mapping[str, int]
    counted_at: datetime | None = None


def standings_of(actor: Actor, at: datetime) -> Standings:
    """How the devices stand whose findings this actor may see (G-10).

    Those of departments come from what the clock counted; one's own elsewhere are few.
    """
    extent = reach(actor, FINDING_VIEW)
    places = Q() if extent.everything else Q(department_id__in=extent.departments)
    own = Q(holder_id__in=extent.people)
    rows = FleetCount.objects.filter(places, counted_at__gt=at - FRESH)
    last: datetime | None = rows.aggregate(last=Max("counted_at"))["last"]
    if last is None or last > at:
        return Standings(states_of_devices(managed().filter(places | own if places else places)))
    kept = Counter(_by_key(rows, Figure.STANDING))
    if extent.people:
        kept.update(states_of_devices(managed().filter(own).exclude(places)))
    return Standings({name: kept[name] for name in STANDINGS}, last)


def _kept(rows: QuerySet[FleetCount], last: datetime) -> Fleet:
    devices = rows.filter(figure=Figure.DEVICES)
    many = _sum(devices)
    told, late = _by_key(rows, Figure.UPDATES), _by_key(rows, Figure.LAG)
    return Fleet(
        devices=many,
        city=_sum(devices.filter(ownership=Ownership.CITY)),
        systems=tuple(
            Counted(fleet.system_name(*key.split(" ", 1)), count)
            for key, _, count in _commonest(rows, Figure.SYSTEM)
        ),
        software=tuple(
            Counted(name or key, count, key)
            for key, name, count in _commonest(rows, Figure.SOFTWARE)
        ),
        lag=lag.told([late.get(f"{number}", 0) for number in range(len(lag.NAMES))]),
        updates=fleet.told_of(
            many,
            none=told.get("none", 0),
            waiting=told.get("waiting", 0),
            critical=told.get("critical", 0),
        ),
        counted_at=last,
    )


def _sum(rows: QuerySet[FleetCount]) -> int:
    found: int | None = rows.aggregate(many=Sum("devices"))["many"]
    return found or 0


def _by_key(rows: QuerySet[FleetCount], figure: Figure) -> dict[str, int]:
    found = rows.filter(figure=figure).values("key").annotate(many=Sum("devices"))
    return {row["key"]: row["many"] for row in found.order_by()}


def _commonest(rows: QuerySet[FleetCount], figure: Figure) -> list[tuple[str, str, int]]:
    found = rows.filter(figure=figure).values("key").annotate(said=Min("name"), many=Sum("devices"))
    return [
        (row["key"], row["said"], row["many"])
        for row in found.order_by("-many", "key")[: fleet.MOST_ROWS]
    ]
