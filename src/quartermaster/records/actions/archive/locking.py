"""Keeping the store's own locks as the schedule and the holds say, where the store has any.

A file of a record is locked until the day on which the record is due; as long as no day is known,
for some weeks at a time. A lock is only made longer. What is under a hold is under the store's
hold, too, so that nobody deletes it past this program.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate, make_aware

from quartermaster.files.stores import current, replica
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.holds import live_keepers
from quartermaster.records.models import ItemLock, RecordItem, Retained
from quartermaster.records.permits import ARCHIVE_KEEP
from quartermaster.records.retention import RECORD

AT_A_TIME = timedelta(days=30)
_RENEW = timedelta(days=7)


@runtime_checkable
class Locks(Protocol):
    """A store that can keep something from being deleted."""

    def lock_until(self, digest: str, until: datetime) -> None: ...

    def hold(self, digest: str, *, on: bool) -> None: ...


def keep_locks(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Lock what is not locked as long as it must stay; how many files (G-5, C-2)."""
    require(actor, ARCHIVE_KEEP)
    places = list(_places())
    if not settings.FILES_S3_LOCK or not places:
        return 0
    today = localdate(at)
    items = list(_to_lock(today)[:limit])
    for item in items:
        until = _until(item, today)
        held = bool(getattr(item, "held", False))
        for place in places:
            place.lock_until(item.file.digest, make_aware(datetime.combine(until, time.min)))
            place.hold(item.file.digest, on=held)
        with act(actor, at):
            ItemLock.objects.update_or_create(
                item=item, defaults={"until": until, "held": held, "set_at": at}
            )
    return len(items)


def _places() -> Iterator[Locks]:
    for store in (current(), replica()):
        if isinstance(store, Locks):
            yield store


def _until(item: RecordItem, today: date) -> date:
    due: date | None = getattr(item, "due_on", None)
    return max(due, today) if due is not None else today + AT_A_TIME


def _to_lock(today: date) -> QuerySet[RecordItem]:
    """Files whose lock is shorter than their record must stay, or whose hold is another."""
    due = Retained.objects.filter(kind=RECORD, subject_id=OuterRef("record_id"))
    rows = RecordItem.objects.exclude(record=None).filter(file__destroyed_at=None)
    rows = rows.annotate(
        due_on=Subquery(due.values("due_on")[:1]),
        held=Exists(live_keepers().filter(person_id=OuterRef("author_id"))),
    )
    return (
        rows.filter(
            Q(lock=None)
            | Q(lock__until__lt=F("due_on"))
            | Q(due_on=None, lock__until__lt=today + _RENEW)
            | ~Q(lock__held=F("held"))
        )
        .select_related("file")
        .order_by("id")
    )
