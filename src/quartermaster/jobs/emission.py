"""Events become rows of the outbox, in the act's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from quartermaster.jobs.models import Delivery
from quartermaster.jobs.queue import app
from quartermaster.kernel.events import Event, handlers_of

DELIVER = "quartermaster.jobs.tasks.deliver"


def enqueue(events: Sequence[Event], at: datetime) -> None:
    """Write one row for each event and handler, and one wake-up, in the caller's transaction."""
    rows = [
        Delivery(tag=item.tag, handler=name, payload=item.payload(), happened_at=at, due_at=at)
        for item in events
        for name in handlers_of(item.tag)
    ]
    if rows:
        Delivery.objects.bulk_create(rows)
        wake()


def wake() -> None:
    """Let a worker look at what is due now; without it, the sweep does within seconds."""
    app.configure_task(DELIVER).defer()


def defer(tasks: Iterable[str]) -> None:
    """Queue wake-ups in the caller's transaction."""
    for name in sorted(tasks):
        app.configure_task(name).defer()
