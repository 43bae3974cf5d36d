"""How many were found, and of which kinds, people, months: counted as far as the bound goes.

Beyond it so many of them are counted, whichever are met first, and it says so. What is counted is
what the actor may see, as the rows are trimmed before.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from quartermaster.inventory.models import DeviceClass, Ownership
from quartermaster.org.models import Department, Person
from quartermaster.records.holds import live_keepers
from quartermaster.records.rules.capture import Origin, Source
from quartermaster.records.search.looking import Hits, may_know_of_holds
from quartermaster.records.search.pages import RANKED, by_index, statement_of

MOST = 10_000
SHOWN = 12

_COUNT = """
WITH hit AS MATERIALIZED ({hit})
SELECT CASE GROUPING(h.source, h.author_id, p.department_id, span.month, h.origin,
                     h.device_class, h.ownership, span.files, span.held)
           WHEN 255 THEN 'kind' WHEN 383 THEN 'person' WHEN 447 THEN 'department'
           WHEN 479 THEN 'month' WHEN 495 THEN 'origin' WHEN 503 THEN 'device'
           WHEN 507 THEN 'ownership' WHEN 509 THEN 'files' WHEN 510 THEN 'held'
           ELSE 'all' END AS facet,
       COALESCE(h.source, h.author_id::text, p.department_id::text, span.month, h.origin,
                h.device_class, h.ownership, span.files, span.held, '') AS value,
       count(*) AS number, NULL::uuid[] AS keys
FROM hit h
JOIN org_person p ON p.id = h.author_id,
LATERAL (SELECT to_char(h.happened_on, 'YYYY-MM') AS month,
                CASE WHEN h.files > 0 THEN 'yes' ELSE 'no' END AS files,
                CASE WHEN h.author_id = ANY(%s::uuid[]) THEN 'yes' ELSE 'no' END AS held) span
GROUP BY GROUPING SETS ((), (h.source), (h.author_id), (p.department_id), (span.month),
    (h.origin), (h.device_class), (h.ownership), (span.files), (span.held))
UNION ALL
SELECT 'keys', '', 0, (array_agg(record_id ORDER BY happened_on DESC, record_id DESC))[:%s]
FROM hit HAVING count(*) BETWEEN 1 AND %s
ORDER BY number DESC, value
"""

_TITLES = {
    "kind": "Kind",
    "department": "Department",
    "person": "Saved by",
    "month": "When it was",
    "device": "Device",
    "ownership": "Whose device",
    "origin": "Announced",
    "files": "Files",
    "held": "Under a hold",
}

_LABELS: dict[str, dict[str, str]] = {
    "kind": {kind.value: kind.label for kind in Source},
    "origin": {origin.value: origin.label for origin in Origin},
    "device": dict(DeviceClass.choices),
    "ownership": dict(Ownership.choices),
    "files": {"yes": "With files", "no": "Words only"},
    "held": {"yes": "Under a hold", "no": "Not under a hold"},
}


@dataclass(frozen=True)
class Choice:
    """A value that some of what was found have, and how many."""

    value: str
    label: str
    number: int


@dataclass(frozen=True)
class Facet:
    """One way to narrow."""

    key: str
    title: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Counted:
    """How many, exactly or more than the bound, by what they can be narrowed, and which they are.

    Where all was met ``keys`` are the newest of them, as many as are ranked; or all, where to meet
    them takes long.
    """

    number: int
    more: bool
    facets: Sequence[Facet]
    keys: Sequence[UUID] = ()


def counted(found: Hits) -> Counted:
    """How many were found, and by what they can be narrowed (G-5)."""
    columns = ("record_id", "author_id", "happened_on", "source", "origin")
    rows = found.rows.order_by().values_list(*columns, "device_class", "ownership", "files")
    statement = statement_of(rows[: MOST + 1])
    if statement is None:
        return Counted(0, more=False, facets=[])
    sql, params = statement
    keepers = _keepers(found)
    with by_index() as cursor:
        wanted = MOST if found.slow else RANKED
        cursor.execute(_COUNT.format(hit=sql), [*params, keepers, wanted, MOST])
        rows = cursor.fetchall()
    by: dict[str, list[tuple[str, int]]] = {}
    for facet, value, number, _ in rows:
        by.setdefault(facet, []).append((value, number))
    keys: list[UUID] = next((found for *_, found in rows if found), [])
    number = by.get("all", [("", 0)])[0][1]
    facets = [_facet(key, by.get(key, [])) for key in _TITLES if key != "held" or keepers]
    filled = [one for one in facets if one.choices]
    return Counted(min(number, MOST), number > MOST, filled, keys)


def _keepers(found: Hits) -> list[Any]:
    """Who must keep something, where whoever searches may know that."""
    if not may_know_of_holds(found.actor):
        return []
    return list(live_keepers().values_list("person_id", flat=True).distinct())


def _facet(key: str, values: Sequence[tuple[str, int]]) -> Facet:
    filled = [(value, number) for value, number in values if value]
    if key == "month":
        shown = sorted(filled, reverse=True)
        if len(shown) > SHOWN:
            shown = _years(shown)
    else:
        shown = filled[:SHOWN]
    labels = labels_of(key, [value for value, _ in shown])
    return Facet(
        key,
        _TITLES[key],
        [Choice(value, labels.get(value, value), number) for value, number in shown],
    )


def _years(months: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Where there are many months, the years."""
    years: dict[str, int] = {}
    for month, number in months:
        years[month[:4]] = years.get(month[:4], 0) + number
    return list(years.items())[:SHOWN]


def labels_of(key: str, values: Sequence[str]) -> Mapping[str, str]:
    """How the values of a facet are called."""
    if key == "person":
        return {str(one.pk): one.name for one in Person.objects.filter(pk__in=_keys(values))}
    if key == "department":
        rows = Department.objects.filter(pk__in=_keys(values))
        return {str(one.pk): one.name for one in rows}
    return _LABELS.get(key, {})


def _keys(values: Sequence[str]) -> list[UUID]:
    """Those of the values that are keys: an address may say anything."""
    found = []
    for value in values:
        with suppress(ValueError):
            found.append(UUID(value))
    return found
