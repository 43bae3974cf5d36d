"""Receiving one file: judged by its content, sealed, kept; twice the same sending is one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from quartermaster.files.models import StoredFile
from quartermaster.files.rules import safe_name
from quartermaster.files.stores import chunks_of
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import sealing
from quartermaster.records.actions.capture.refusing import Given, keep_refused, refusal
from quartermaster.records.actions.capture.storing import largest, store_sealed
from quartermaster.records.errors import NotTaken, TooMuchWaits
from quartermaster.records.models import RecordItem
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.rules import content as rules
from quartermaster.records.rules.capture import MOST_WAITING

TEXT = "text/plain"


def receive_item(
    *,
    content: BinaryIO,
    name: str,
    declared: str,
    key: UUID,
    quarantine: bool = True,
    actor: Actor,
    at: datetime,
) -> RecordItem:
    """Keep one file of a record that is to come; the original, byte for byte (G-5).

    ``key`` is the sender's: what is sent again under it is the same file, once. What is not taken
    for what is in it is kept in ``quarantine``, unless whoever calls keeps it: of an act under way
    nothing would be left when that one fails.

    Raises:
        NotTaken: it is too large, or no kind of file that becomes a record.
        Conflict: something else was sent under this key.
    """
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    assert actor.person_id is not None  # the permit reaches people alone
    digest, size, head = _measured(content)
    known = RecordItem.objects.filter(author=actor.person_id, key=key).first()
    if known is not None:
        return _same(known, digest)
    found = rules.judge_whole(content, head, size, declared)
    if found.problem:
        given = Given(name, declared, digest, size, found.problem)
        if not quarantine:
            raise refusal(given)
        raise keep_refused(content=content, given=given, actor=actor, at=at)
    waiting = RecordItem.objects.filter(author=actor.person_id, record=None)
    if waiting.count() >= MOST_WAITING:
        raise TooMuchWaits("Too many files were sent and not saved. Try again tomorrow.")
    measured = Measured(found.media_type, digest, size)
    return keep_item(content=content, name=name, measured=measured, key=key, actor=actor, at=at)


@dataclass(frozen=True)
class Measured:
    """What a content is, told before it is kept."""

    media_type: str
    digest: str
    size: int


def keep_item(
    *, content: BinaryIO, name: str, measured: Measured, key: UUID, actor: Actor, at: datetime
) -> RecordItem:
    """Seal and keep a file whose content was judged."""
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    secret = sealing.new_key()
    with act(actor, at):
        file = store_sealed(content, secret, actor, at)
        return place_item(
            file=file, secret=secret, name=name, measured=measured, key=key, actor=actor, at=at
        )


def place_item(
    *,
    file: StoredFile,
    secret: bytes,
    name: str,
    measured: Measured,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> RecordItem:
    """Make what is sealed in the store a file of a record that is to come."""
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    item_id = new_id()
    item, made = RecordItem.objects.get_or_create(
        author_id=actor.person_id,
        key=key,
        defaults={
            "id": item_id,
            "name": safe_name(name),
            "media_type": measured.media_type,
            "size": measured.size,
            "digest": measured.digest,
            "file": file,
            "sealed_key": sealing.wrap(secret, item_id),
            "arrived_at": at,
        },
    )
    return item if made else _same(item, measured.digest)


def _same(known: RecordItem, digest: str) -> RecordItem:
    if known.digest != digest:
        raise Conflict("Another file was sent under this key. Choose the file again.")
    return known


def _measured(content: BinaryIO) -> tuple[str, int, bytes]:
    sha, size, head = hashlib.sha256(), 0, b""
    content.seek(0)
    for chunk in chunks_of(content):
        size += len(chunk)
        if size > largest():
            raise NotTaken(
                f"It is larger than {settings.RECORD_LARGEST_MB} MB. Save it in parts, or ask the"
                " records custodian."
            )
        if len(head) < rules.HEAD:
            head += chunk[: rules.HEAD - len(head)]
        sha.update(chunk)
    return sha.hexdigest(), size, head


def judge_words(*, message: str, name: str, actor: Actor, at: datetime) -> None:
    """Refuse what is written and would not be taken as a file, before anything is under way."""
    content = BytesIO(message.encode())
    digest, size, head = _measured(content)
    found = rules.judge_whole(content, head, size, TEXT)
    if found.problem:
        given = Given(name, TEXT, digest, size, found.problem)
        raise keep_refused(content=content, given=given, actor=actor, at=at)
