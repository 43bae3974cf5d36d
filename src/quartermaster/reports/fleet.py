"""What the devices run: versions of systems, software of City devices, updates that wait.

The software of a personal device is not counted, whatever there may be of it (G-1).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet

from quartermaster.inventory.models import Device, Ownership
from quartermaster.mdm.models import StoredFact
from quartermaster.mdm.posture import OS_VERSION, SOFTWARE, UPDATES
from quartermaster.policy.requirements import PLATFORM_NAMES

MOST_ROWS = 10


class Counted(NamedTuple):
    """A thing and on how many devices it is."""

    name: str
    devices: int
    identifier: str = ""


def os_versions(devices: QuerySet[Device]) -> tuple[Counted, ...]:
    """The commonest systems with their versions, as reported."""
    rows = (
        StoredFact.objects.filter(key=OS_VERSION, device__in=devices.values("id"))
        .values("device__platform", "value")
        .annotate(many=Count("id"))
        .order_by("-many", "device__platform", "value")
    )
    return tuple(
        Counted(system_name(platform, version), many)
        for platform, version, many in rows.values_list("device__platform", "value", "many")[
            :MOST_ROWS
        ]
    )


def system_name(platform: str, version: object) -> str:
    """A system with its version, as people say it."""
    return f"{PLATFORM_NAMES.get(platform, platform)} {version}"


def top_software(devices: QuerySet[Device]) -> tuple[Counted, ...]:
    """The applications that most City devices have."""
    city = devices.filter(ownership=Ownership.CITY)
    rows = _rows(
        """
        SELECT entry->>'identifier', max(entry->>'name'), count(DISTINCT fact.device_id)
        FROM mdm_storedfact fact
        CROSS JOIN LATERAL jsonb_array_elements(
            CASE jsonb_typeof(fact.value) WHEN 'array' THEN fact.value ELSE '[]'::jsonb END
        ) entry
        WHERE fact.key = %s AND entry->>'identifier' <> '' AND fact.device_id IN ({devices})
        GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT %s
        """,
        city,
        SOFTWARE,
        limit=MOST_ROWS,
    )
    return tuple(Counted(name or key, many, key) for key, name, many in rows)


def updates_waiting(devices: QuerySet[Device]) -> tuple[Counted, ...]:
    """How many devices have told that an update waits; most platforms tell no date of it."""
    ((told, waiting, critical),) = _rows(
        """
        SELECT count(*), count(*) FILTER (WHERE fact.value <> '[]'::jsonb),
            count(*) FILTER (WHERE fact.value @> '[{{"critical": true}}]'::jsonb)
        FROM mdm_storedfact fact
        WHERE fact.key = %s AND jsonb_typeof(fact.value) = 'array'
            AND fact.device_id IN ({devices})
        """,
        devices,
        UPDATES,
    )
    return told_of(
        devices.count(), none=told - waiting, waiting=waiting - critical, critical=critical
    )


def told_of(devices: int, *, none: int, waiting: int, critical: int) -> tuple[Counted, ...]:
    """What devices told of updates, and how many did not."""
    return (
        Counted("No update waits", none),
        Counted("An update waits", waiting),
        Counted("A critical update waits", critical),
        Counted("Did not tell", devices - none - waiting - critical),
    )


def _rows(
    text: str, devices: QuerySet[Device], key: str, *, limit: int | None = None
) -> Iterator[tuple[Any, ...]]:
    try:
        inner, parameters = devices.values("id").query.sql_with_params()
    except EmptyResultSet:  # Django knows beforehand that there are none
        inner, parameters = "SELECT NULL::uuid WHERE false", ()
    with connection.cursor() as cursor:
        more = () if limit is None else (limit,)
        cursor.execute(text.format(devices=inner), (key, *parameters, *more))
        yield from cursor.fetchall()
