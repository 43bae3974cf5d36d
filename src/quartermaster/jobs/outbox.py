"""The outbox: events become rows in the act's transaction and are delivered after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from quartermaster.jobs.models import Delivery
from quartermaster.jobs.queue import app
from quartermaster.kernel.events import Event, event_class, handlers_of

log = structlog.get_logger(__name__)

DELIVER = "quartermaster.jobs.tasks.deliver"
LONGEST_PAUSE = timedelta(hours=1)


def enqueue(events: Sequence[Event], at: datetime) -> None:
    """Write one row for each event and handler, and one wake-up, in the caller's transaction."""
    rows = [
        Delivery(tag=item.tag, handler=name, payload=item.payload(), happened_at=at, due_at=at)
        for item in events
        for name in handlers_of(item.tag)
    ]
    if rows:
        Delivery.objects.bulk_create(rows)
        app.configure_task(DELIVER).defer()


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 2, 4, 8… seconds, an hour at most."""
    return min(timedelta(seconds=2 ** min(attempts, 12)), LONGEST_PAUSE)


def deliver_due(at: datetime, limit: int = 1000) -> int:
    """Deliver what is due, each in a transaction of its own; how many were delivered."""
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
            with transaction.atomic():
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
