"""What belongs beside a record: its conversation, and records that are alike."""

from collections.abc import Sequence

from quartermaster.kernel.permits import Actor
from quartermaster.records.models import Record, RecordText, SearchEntry
from quartermaster.records.search.looking import entries_visible_to
from quartermaster.records.search.pages import newest_first

SHOWN = 10
TEXTS = 200


def thread_of(actor: Actor, record: Record, most: int = SHOWN) -> Sequence[Record]:
    """Other records of the same conversation that the actor may see, the newest first (G-5)."""
    entry = SearchEntry.objects.filter(record=record).only("thread").first()
    if entry is None or not entry.thread:
        return []
    rows = entries_visible_to(actor).filter(thread=entry.thread).exclude(record=record)
    return _records(newest_first(rows)[:most])


def alike_to(actor: Actor, record: Record, most: int = SHOWN) -> Sequence[Record]:
    """Other records that are alike and that the actor may see, the newest first (G-5)."""
    entry = SearchEntry.objects.filter(record=record).only("alike").first()
    if entry is None or entry.alike is None:
        return []
    rows = entries_visible_to(actor).filter(alike=entry.alike).exclude(record=record)
    return _records(newest_first(rows)[:most])


def texts_of(actor: Actor, record: Record, most: int = TEXTS) -> Sequence[RecordText]:
    """What was read in a record that the actor may see, from the beginning (G-5)."""
    if not entries_visible_to(actor).filter(record=record).exists():
        return []
    rows = RecordText.objects.filter(record=record).defer("searched")
    return list(rows.order_by("item__position", "position")[:most])


def _records(entries: object) -> Sequence[Record]:
    keys = [entry.record_id for entry in entries]  # type: ignore[attr-defined]  # entries
    rows = Record.objects.select_related("author").filter(id__in=keys)
    known = {row.id: row for row in rows}
    return [known[key] for key in keys if key in known]
