"""The outbox: what acts emitted is delivered, row by row, until it succeeds."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from quartermaster.jobs.acts import act
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.events import event_class, handlers_of
from quartermaster.kernel.permits import system

log = structlog.get_logger(__name__)

HOUSE = system("outbox")
Source = Callable[[datetime], int]
_SOURCES: list[Source] = []
LONGEST_PAUSE = timedelta(hours=1)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 2, 4, 8… seconds, an hour at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_PAUSE)


def before_delivery(source: Source) -> Source:
    """Register what a room has to take in before the outbox is worked off, at each wake-up."""
    _SOURCES.append(source)
    return source


def deliver_due(at: datetime, limit: int = 1000) -> int:
    """Deliver what is due, each in a transaction of its own; how many were delivered."""
    for source in _SOURCES:
        source(at)
    done = 0
    for _ in range(limit):
        outcome = _deliver_one(at)
        if outcome is None:
            break
        done += outcome
    return done


def _deliver_one(at: datetime) -> int | None:
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(delivered_at__isnull=True, due_at__lte=at)
            .order_by("id")
            .first()
        )
        if row is None:
            return None
        try:
            # one act over all that the handler does: a handler of several acts would otherwise
            # hold the ledger's lock from the first to the last, and two such handlers deadlock
            with act(HOUSE, at):
                handler = handlers_of(row.tag)[row.handler]
                handler(event_class(row.tag).from_payload(row.payload), at)
        except Exception as problem:
            log.exception("outbox.handler-failed", tag=row.tag, handler=row.handler)
            row.attempts += 1
            row.due_at = at + pause(row.attempts)
            row.last_error = f"{type(problem).__name__}: {problem}"[:500]
            row.save(update_fields=["attempts", "due_at", "last_error"])
            return 0
        row.delivered_at = at
        row.save(update_fields=["delivered_at"])
        return 1
