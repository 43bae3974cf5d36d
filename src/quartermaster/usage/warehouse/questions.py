"""What the warehouse is asked, once, in Ibis: DuckDB and Spark give the same answers.

The tables are named, not bound: ``detail`` are the rows in force with the first day of their
cycle, ``custody`` says to whom a line belonged on which days.
"""

from collections.abc import Collection
from datetime import datetime

import ibis
from ibis import _
from ibis.expr.types import Table

from quartermaster.usage.warehouse import columns

DETAIL = ibis.table({**dict(columns.IBIS.items()), "cycle_from": "date"}, name="detail")
CUSTODY = ibis.table(
    {"number": "string", "since": "date", "until": "date", "department": "string"}, name="custody"
)
MEASURES = (
    "seconds",
    "messages",
    "kilobytes",
    "roaming_seconds",
    "roaming_kilobytes",
    "international_seconds",
    "cents",
)


def _summed(table: Table, by: list[str]) -> Table:
    return table.aggregate(
        by=by,
        seconds=_.seconds.cast("int64").sum(),
        messages=_.messages.cast("int64").sum(),
        kilobytes=_.kilobytes.sum(),
        roaming_seconds=_.roaming.ifelse(_.seconds, 0).cast("int64").sum(),
        roaming_kilobytes=_.roaming.ifelse(_.kilobytes, 0).sum(),
        international_seconds=_.international.ifelse(_.seconds, 0).cast("int64").sum(),
        cents=_.cents.sum(),
        rows=_.count(),
    ).mutate(**{name: _[name].cast("int64") for name in (*MEASURES, "rows")})


def totals() -> Table:
    """What each line used in each cycle."""
    return _summed(DETAIL, ["cycle_from", "number"])


def numbers() -> Table:
    """Which lines there is detail of."""
    return DETAIL.select("number").distinct()


def daily(lines: Collection[str]) -> Table:
    """What some lines used on each day: those that changed hands within a cycle."""
    some = DETAIL.filter(DETAIL.number.isin(sorted(lines)))
    return _summed(some.mutate(day=some["at"].date()), ["cycle_from", "number", "day"])


def by_department() -> Table:
    """Month by month, what the lines of each department used while they belonged to it."""
    daily = _summed(DETAIL.mutate(day=DETAIL["at"].date()), ["cycle_from", "number", "day"])
    held = daily.join(
        CUSTODY,
        [
            daily.number == CUSTODY.number,
            daily.day >= CUSTODY.since,
            daily.day < CUSTODY.until,
        ],
    ).select(
        "cycle_from",
        "department",
        *(daily[name] for name in (*MEASURES, "rows")),
        number=daily.number,
    )
    sums = {name: _[name].sum().cast("int64") for name in (*MEASURES, "rows")}
    return held.aggregate(
        by=["cycle_from", "department"], lines=_.number.nunique(), **sums
    ).order_by(["cycle_from", "department"])


def history(number: str, since: datetime, until: datetime) -> Table:
    """The single rows of one line in a span, in time. Guarded by whoever asks (G-9)."""
    found = DETAIL.filter(DETAIL.number == number, DETAIL["at"] >= since, DETAIL["at"] < until)
    return found.order_by(["at", "kind", "other"]).drop("cycle_from")
