"""The one module that destroys a record. Triggers of the database let nothing else do it.

Its files' keys go in this transaction; their sealed bytes leave the store and its replica after
the commit; what was derived of it is purged; the row stays as a stub that says none of its words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from quartermaster.files import actions as files
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict
from quartermaster.notify.actions import forget_words
from quartermaster.records import disposables
from quartermaster.records.destroying import purge_derived
from quartermaster.records.keeping import kept
from quartermaster.records.models import Announcement, DisposalEntry, Record, RecordItem
from quartermaster.records.retention import RECORD

STUB = "Destroyed"
FORGOTTEN = "What this said was destroyed with the record that it was about."


def facts_of(record_id: UUID) -> disposables.Facts:
    """Number and digests of a record."""
    record = Record.objects.get(id=record_id)
    digests = record.items.order_by("position").values_list("digest", flat=True)
    return disposables.Facts(record.number, record.digest, tuple(digests))


def destroy_record(record_id: UUID, entry: DisposalEntry, doing: Act) -> None:
    """Destroy a record for an entry that two people approved (C-2, G-5)."""
    record = Record.objects.select_for_update(of=("self",)).get(id=record_id)
    if record.destroyed_at is not None:
        raise Conflict(f"{record.number} was destroyed before.")
    announced = record.announcement
    items = list(record.items.select_related("file").order_by("position"))
    purge_derived([record.id], doing.at)
    with leave(entry):
        if announced is not None:
            Announcement.objects.filter(id=announced.id).update(about=STUB)
        RecordItem.objects.filter(record=record).update(sealed_key=b"", name=STUB)
        Record.objects.filter(id=record.id, destroyed_at=None).update(
            about=STUB,
            with_whom="",
            account="",
            note="",
            names="",
            destroyed_at=doing.at,
        )
    if announced is not None:
        forget_words(about=announced, said=FORGOTTEN, actor=doing.actor, at=doing.at)
    for item in items:
        files.destroy_file(file=item.file, actor=doing.actor, at=doing.at)
    doing.record(
        "records.record.destroyed",
        record,
        number=record.number,
        destruction=entry.number,
        digest=record.digest,
    )


@contextmanager
def leave(entry: DisposalEntry) -> Iterator[None]:
    """Tell the triggers for which entry this is, and take it back; for rooms above, too."""
    _say(str(entry.id))
    yield
    _say("")


def _say(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('quartermaster.destroying', %s, true)", [value])


RECORDS = disposables.Disposable(
    kind=RECORD,
    title="Records",
    kept=kept,
    facts=facts_of,
    end=destroy_record,
    address="records:record",
)
