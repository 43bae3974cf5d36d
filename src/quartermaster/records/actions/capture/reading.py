"""Opening a file of a record: whoever is not its author leaves an entry."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from quartermaster.files.errors import FileMissing
from quartermaster.files.queries import open_file
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor
from quartermaster.records import sealing
from quartermaster.records.capture import items_visible_to
from quartermaster.records.errors import RecordDamaged, RecordDestroyed
from quartermaster.records.models import RecordItem
from quartermaster.records.reading.result import MEDIA_TYPE, Conversation, loaded


def read_item(*, item_id: UUID, actor: Actor, at: datetime) -> tuple[RecordItem, Iterator[bytes]]:
    """A file of a record, as it came; that it was read by another than its author is kept (G-5).

    Raises:
        NotFound: there is none, or the actor may not see it.
        RecordDestroyed: it was destroyed when its time was over.
        RecordDamaged: what is in the store is not what was stored.
    """
    item = items_visible_to(actor).filter(id=item_id).first()
    if item is None or item.record is None:
        raise NotFound("There is no such file, or you may not see it.")
    if item.file.destroyed_at is not None:
        raise RecordDestroyed(f"{item.record.number} was destroyed by the retention schedule.")
    try:
        handle = open_file(item.file.digest)
    except FileMissing as problem:
        raise RecordDamaged("This record's file is missing from the store.") from problem
    if item.record.author_id != actor.person_id:
        with act(actor, at) as doing:
            doing.record("records.item.read", item, number=item.record.number)
    return item, sealing.opened(handle, sealing.unwrap(bytes(item.sealed_key), item.id))


def read_conversation(
    *, record_id: UUID, actor: Actor, at: datetime
) -> tuple[Conversation, dict[str, Any]]:
    """The conversation of a record, and what it was taken from (G-5).

    Raises:
        NotFound: the record has none, or the actor may not see it.
        RecordDamaged: what is in the store is not what was stored.
    """
    items = items_visible_to(actor).filter(record=record_id, media_type=MEDIA_TYPE)
    item = items.order_by("position").first()
    if item is None:
        raise NotFound("There is no conversation in this record, or you may not see it.")
    _, pieces = read_item(item_id=item.id, actor=actor, at=at)
    return loaded(b"".join(pieces))
