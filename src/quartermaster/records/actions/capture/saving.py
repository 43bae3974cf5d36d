"""Making a record of the files that were received: numbered, fixed, receipted."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.numbering import next_number
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.archive.log import append
from quartermaster.records.actions.capture.announcing import transfer
from quartermaster.records.actions.capture.receiving import judge_words, receive_item
from quartermaster.records.actions.capture.residue import next_reminder
from quartermaster.records.actions.capture.telling import tell_author
from quartermaster.records.actions.retention.keeping import keep_record
from quartermaster.records.capture import announcement_for_update, digest_now, under_hold
from quartermaster.records.events import RecordSaved
from quartermaster.records.locks import one_line_at_a_time
from quartermaster.records.models import Announcement, Record, RecordItem, TextWork
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.rules.capture import (
    ANNOUNCED,
    MOST_ITEMS,
    AnnouncedState,
    Details,
    Residue,
)
from quartermaster.records.texts import refresh

MESSAGE_NAME = "message.txt"


def save_record(
    *,
    details: Details,
    items: Sequence[UUID],
    key: UUID,
    device_id: UUID | None = None,
    announcement_id: UUID | None = None,
    most: int = MOST_ITEMS,
    actor: Actor,
    at: datetime,
) -> Record:
    """Save a record of files that were received, and of a message in words (G-5, C-2).

    Args:
        details: what is said of it.
        items: the keys under which its files were received, in their order.
        key: the sender's: what is sent again under it is the same record, once.
        device_id: on which of their devices it was.
        announcement_id: what had been announced, if it had.
        most: how many files it may have; a conversation has more than a person chooses by hand.
        actor: whose record it is.
        at: now.
    """
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    assert actor.person_id is not None  # the permit reaches people alone
    known = Record.objects.filter(author=actor.person_id, key=key).first()
    if known is not None:
        return known
    held = under_hold(actor.person_id)
    given = details.checked(localdate(at), held=held)
    keys = list(dict.fromkeys(items))
    if given.message:
        judge_words(message=given.message, name=MESSAGE_NAME, actor=actor, at=at)
    with act(actor, at) as doing:
        if given.message:
            keys.append(_written(given.message, key, actor, at).key)
        if not 1 <= len(keys) <= most:
            raise InvalidInput(
                f"Choose 1 to {MOST_ITEMS} files, or write the message.", field="chosen"
            )
        announced = _announced(announcement_id, actor)
        device = _own(device_id or (announced.device_id if announced else None), actor, announced)
        one_line_at_a_time()
        again = Record.objects.filter(author=actor.person_id, key=key).first()
        if again is not None:
            return again
        record = _make(given, keys, key, device, announced, doing)
        if announced is not None:
            transfer(announced, doing)
        tell_author(record, "receipt", doing)
        doing.emit(RecordSaved(record_id=record.id, author_id=record.author_id))
    return record


def _written(message: str, key: UUID, actor: Actor, at: datetime) -> RecordItem:
    """A message in words becomes a file like the others."""
    return receive_item(
        content=BytesIO(message.encode()),
        name=MESSAGE_NAME,
        declared="text/plain",
        key=uuid5(key, MESSAGE_NAME),
        quarantine=False,  # judged before
        actor=actor,
        at=at,
    )


def _announced(announcement_id: UUID | None, actor: Actor) -> Announcement | None:
    if announcement_id is None:
        return None
    found = announcement_for_update(announcement_id)
    require(actor, RECORD_SAVE, person_id=found.person_id)
    ANNOUNCED.target("transfer", AnnouncedState(found.state))
    return found


def _own(device_id: UUID | None, actor: Actor, announced: Announcement | None) -> Device | None:
    """The device named: one that the author holds, or on which it was announced."""
    if device_id is None:
        return None
    if announced is not None and announced.device_id == device_id:
        return announced.device
    device = Device.objects.filter(id=device_id, holder_id=actor.person_id).first()
    if device is None:
        raise InvalidInput("Choose one of your own devices.", field="device")
    return device


def _make(
    given: Details,
    keys: Sequence[UUID],
    key: UUID,
    device: Device | None,
    announced: Announcement | None,
    doing: Act,
) -> Record:
    author = doing.actor.person_id
    assert author is not None
    rows = RecordItem.objects.select_for_update(of=("self",)).filter(
        author=author, key__in=keys, record=None
    )
    found = {item.key: item for item in rows}
    if len(found) != len(keys):
        raise Conflict("Some of these files did not arrive, or were saved before. Send them again.")
    files = [found[one] for one in keys]
    record = Record(
        number=next_number(Record, "R", 6, doing.at),
        key=key,
        author_id=author,
        about=given.about,
        with_whom=given.with_whom,
        happened_on=given.happened_on,
        source=given.source.value,
        account=given.account,
        note=given.note,
        names=" ".join(one.name for one in files),
        device=device,
        announcement=announced,
        saved_at=doing.at,
        residue=given.residue.value,
        residue_said_at=doing.at,
        residue_by=given.residue_by,
        due_at=next_reminder(given.residue_by) if given.residue is Residue.STAYS else None,
    )
    record.digest = digest_now(record, files)
    record.save(force_insert=True)
    for position, one in enumerate(files, start=1):
        claimed = RecordItem.objects.filter(id=one.id, record=None)
        if claimed.update(record=record, position=position) != 1:
            raise Conflict("These files were saved at the same time. Look at your records.")
    refresh([record.id], doing.at)
    TextWork.objects.bulk_create([TextWork(item=one, due_at=doing.at) for one in files])
    digests = [one.digest for one in files]
    entry = append(record, digests, doing)
    keep_record(record, doing)
    doing.record(
        "records.record.saved",
        record,
        number=record.number,
        digest=record.digest,
        files=digests,
        line=entry.index,
    )
    return record
