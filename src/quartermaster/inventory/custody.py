"""Keeping the chain of custody: each verb that moves a thing calls `follow` in its own act."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from quartermaster.inventory.models import CustodyPeriod
from quartermaster.inventory.rules.custody import (
    NO_CAUSE,
    Cause,
    Thing,
    custody_in,
    custody_of,
    instant_of_move,
    kind_of,
    values_of,
)
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, InvalidInput

__all__ = ["NO_CAUSE", "Cause", "follow", "follow_all"]
BATCH = 500


def follow(
    thing: Thing, doing: Act, verb: str, cause: Cause = NO_CAUSE, *, since: datetime | None = None
) -> None:
    """Write who has the thing now, where that has changed; the row was written just before.

    ``since``: of a thing that was not known before, from when on it was so.
    """
    follow_all([thing], doing, verb, cause, since={thing.id: since} if since else None)


def follow_all(
    things: Iterable[Thing],
    doing: Act,
    verb: str,
    cause: Cause = NO_CAUSE,
    *,
    since: dict[UUID, datetime] | None = None,
) -> None:
    """The same of many things of one kind, in a few statements."""
    by_key = {thing.id: thing for thing in things}
    keys = list(by_key)
    for start in range(0, len(keys), BATCH):
        _follow([by_key[key] for key in keys[start : start + BATCH]], doing, verb, cause, since)


def _follow(
    things: list[Thing],
    doing: Act,
    verb: str,
    cause: Cause,
    since: dict[UUID, datetime] | None,
) -> None:
    keys = [thing.id for thing in things]
    open_now = {
        row.thing_id: row for row in CustodyPeriod.objects.filter(thing_id__in=keys, until=None)
    }
    fresh, ending = [], []
    for thing in things:
        last, custody = open_now.get(thing.id), custody_of(thing)
        if last is not None and custody_in(last) == custody:
            continue
        if last is None:
            began = (since or {}).get(thing.id, doing.at)
            place: dict[str, Any] = {"position": 1, "since": min(began, doing.at)}
        else:
            when = instant_of_move(doing.at, last.since, str(thing))
            place = {"position": last.position + 1, "before": last.position, "since": when}
            last.until = when
            ending.append(last)
        fresh.append(
            CustodyPeriod(
                thing_id=thing.id,
                **{f"{kind_of(thing)}_id": thing.id},
                **place,
                **values_of(custody),
                **_why(cause),
                verb=verb,
                by=doing.said_by,
                by_person_id=doing.doer.person_id,
                entered_at=doing.at,
            )
        )
    _write(fresh, ending)


def _write(fresh: list[CustodyPeriod], ending: list[CustodyPeriod]) -> None:
    try:
        with transaction.atomic():
            for until in {row.until for row in ending}:
                keys = [row.id for row in ending if row.until == until]
                rows = CustodyPeriod.objects.filter(id__in=keys, until=None)
                if rows.update(until=until) != len(keys):
                    raise _moved()
            CustodyPeriod.objects.bulk_create(fresh)
    except IntegrityError as problem:
        raise _moved() from problem


def _moved() -> Conflict:
    return Conflict("It was moved by someone else in the meantime. Look at it again.")


def _why(cause: Cause) -> dict[str, Any]:
    if bool(cause.kind) != (cause.id is not None):
        raise InvalidInput("A cause has a kind and a key.", field="cause")
    return {
        "reason": cause.reason.strip()[:500],
        "cause_kind": cause.kind,
        "cause_id": cause.id,
    }


def at_instant(when: datetime) -> Q:
    """The periods in which an instant lies; those without a length hold none."""
    return Q(since__lte=when) & (Q(until=None) | Q(until__gt=when)) & ~Q(until=F("since"))
