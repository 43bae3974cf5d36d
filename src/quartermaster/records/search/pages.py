"""Pages of what was found: the best first, or by day; none falls off however deep one goes.

A page begins after the last row of the page before (a key, no offset). The best first is told of
the newest so many that match; what comes after those follows by day.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from quartermaster.kernel.errors import InvalidInput
from quartermaster.records.models import SearchEntry
from quartermaster.records.search.looking import Hits, among

RANKED = 1_000
ORDERS = ("best", "newest", "oldest")

_BEST = """
WITH near AS MATERIALIZED ({near}),
ranked AS (
    SELECT n.record_id, n.happened_on, n.alike,
           round(ts_rank('{{0.1, 0.3, 0.6, 1.0}}', e.searched, %s::tsquery, 1)::numeric, 3) AS worth
    FROM near n JOIN records_searchentry e ON e.record_id = n.record_id
),
firsts AS (
    SELECT *, row_number() OVER (
        PARTITION BY COALESCE(alike, record_id)
        ORDER BY worth DESC, happened_on DESC, record_id DESC
    ) AS place FROM ranked
)
SELECT record_id, happened_on, worth::text,
       (SELECT count(*) FROM near) AS looked_at,
       (SELECT n.happened_on FROM near n ORDER BY n.happened_on, n.record_id LIMIT 1) AS last_day,
       (SELECT n.record_id FROM near n ORDER BY n.happened_on, n.record_id LIMIT 1) AS last_key
FROM firsts WHERE place = 1 {after}
ORDER BY worth DESC, happened_on DESC, record_id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Cut:
    """Some keys of what was found, and where the next page begins."""

    keys: Sequence[UUID]
    following: str


def token(kind: str, day: date, key: UUID, worth: str = "") -> str:
    """Where a page begins, as an address carries it."""
    whole = json.dumps([kind, day.isoformat(), key.hex, worth])
    return base64.urlsafe_b64encode(whole.encode()).decode().rstrip("=")


def read_token(text: str) -> tuple[str, date, UUID, str]:
    """What a token says; `InvalidInput` where it is none. It opens nothing: reach is asked anew."""
    try:
        whole = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        kind, day, key, worth = whole
        if kind not in {"b", "n", "o"} or float(worth or 0) < 0:
            raise ValueError(kind)  # noqa: TRY301 (one sentence for all)
        return kind, date.fromisoformat(day), UUID(key), str(worth)
    except (ValueError, TypeError, AttributeError, binascii.Error) as problem:
        raise InvalidInput("This page is not known. Search again.", field="after") from problem


def newest_first(rows: QuerySet[SearchEntry]) -> QuerySet[SearchEntry]:
    return rows.order_by("-happened_on", "-record_id")


def cut(
    found: Hits,
    order: str,
    after: str,
    size: int,
    *,
    collapse: bool = True,
    met: Sequence[UUID] = (),
) -> Cut:
    """One page of what was found; of those that are alike one, unless each is wanted.

    ``met``: the newest keys of what was found, as `Counted` has them, so that it is met once.
    """
    begun = read_token(after) if after else None
    kind = begun[0] if begun else {"best": "b", "newest": "n", "oldest": "o"}.get(order, "b")
    if kind == "b" and found.query:
        return _best(among(met[:RANKED]) if met else found.rows, found.query, begun, size)
    rows = among(met) if met and found.slow else found.rows
    return _by_day(rows, kind, begun, size, collapse=collapse)


def _by_day(
    rows: QuerySet[SearchEntry], kind: str, begun: Any, size: int, *, collapse: bool
) -> Cut:
    up = kind == "o"
    found = rows
    if collapse:
        first = rows.filter(_beyond(OuterRef("happened_on"), OuterRef("record_id"), up=not up))
        found = rows.filter(Q(alike=None) | ~Exists(first.filter(alike=OuterRef("alike"))))
    if begun:
        day, key = begun[1], begun[2]
        edge = Q(happened_on__gte=day) if up else Q(happened_on__lte=day)
        found = found.filter(edge, _beyond(day, key, up=up))
    found = found.order_by("happened_on", "record_id") if up else newest_first(found)
    with by_index():
        got = list(found.values_list("record_id", "happened_on")[: size + 1])
    more = len(got) > size
    last = got[size - 1] if more else None
    following = token("o" if up else "n", last[1], last[0]) if last else ""
    return Cut([key for key, _ in got[:size]], following)


def _beyond(day: Any, key: Any, *, up: bool) -> Q:
    way = "gt" if up else "lt"
    return Q(**{f"happened_on__{way}": day}) | Q(**{"happened_on": day, f"record_id__{way}": key})


@contextmanager
def by_index() -> Iterator[Any]:
    """A cursor for a statement that is to go by an index and never through a whole table.

    What a vector costs to read and to compare, the planner holds to be nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield cursor
        cursor.execute("SET LOCAL enable_seqscan = on")


def statement_of(rows: QuerySet[SearchEntry, Any]) -> tuple[str, tuple[Any, ...]] | None:
    """The statement of some rows; None where they are known to be none."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def _best(rows: QuerySet[SearchEntry], query: str, begun: Any, size: int) -> Cut:
    near = newest_first(rows).values_list("record_id", "happened_on", "alike")[:RANKED]
    statement = statement_of(near)
    if statement is None:
        return Cut([], "")
    sql, params = statement
    after, more = "", []
    if begun:
        after = "AND (worth, happened_on, record_id) < (%s::numeric, %s, %s)"
        more = [begun[3] or "0", begun[1], begun[2]]
    with connection.cursor() as cursor:
        cursor.execute(_BEST.format(near=sql, after=after), [*params, query, *more, size + 1])
        got = cursor.fetchall()
    keys = [row[0] for row in got[:size]]
    if len(got) > size:
        last = got[size - 1]
        return Cut(keys, token("b", last[1], last[0], last[2]))
    if got and got[0][3] == RANKED:
        return Cut(keys, token("n", got[0][4], got[0][5]))
    return Cut(keys, "")
