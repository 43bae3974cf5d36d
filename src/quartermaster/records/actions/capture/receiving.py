"""Receiving one file: judged by its content, sealed, kept; twice the same sending is one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from quartermaster.files import actions as files
from quartermaster.files.rules import safe_name
from quartermaster.files.stores import chunks_of
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import sealing
from quartermaster.records.errors import NotTaken, TooMuchWaits
from quartermaster.records.models import RecordItem
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.rules import content as rules
from quartermaster.records.rules.capture import MOST_WAITING

MEGABYTE = 1024 * 1024


def receive_item(
    *,
    content: BinaryIO,
    name: str,
    declared: str,
    key: UUID,
    actor: Actor,
    at: datetime,
) -> RecordItem:
    """Keep one file of a record that is to come; the original, byte for byte (G-5).

    ``key`` is the sender's: what is sent again under it is the same file, once.

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
    media_type = _judged(content, head, size, declared, name)
    waiting = RecordItem.objects.filter(author=actor.person_id, record=None)
    if waiting.count() >= MOST_WAITING:
        raise TooMuchWaits("Too many files were sent and not saved. Try again tomorrow.")
    measured = Measured(media_type, digest, size)
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
    secret, item_id = sealing.new_key(), new_id()
    content.seek(0)
    with act(actor, at):
        kept = files.store(
            content=sealing.sealed(content, secret),  # type: ignore[arg-type]  # it only reads
            media_type="application/octet-stream",
            name="sealed record",
            actor=actor,
            at=at,
            limit=2 * largest(),
        )
        item, made = RecordItem.objects.get_or_create(
            author_id=actor.person_id,
            key=key,
            defaults={
                "id": item_id,
                "name": safe_name(name),
                "media_type": measured.media_type,
                "size": measured.size,
                "digest": measured.digest,
                "file": kept,
                "sealed_key": sealing.wrap(secret, item_id),
                "arrived_at": at,
            },
        )
    return item if made else _same(item, measured.digest)


def largest() -> int:
    """How many bytes a file may have in this installation."""
    return int(settings.RECORD_LARGEST_MB) * MEGABYTE


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


def _judged(content: BinaryIO, head: bytes, size: int, declared: str, name: str) -> str:
    found = rules.judge(head, declared)
    if found.media_type == rules.ZIP:
        content.seek(0)
        found = rules.judge_parts(content, size)
    if found.problem:
        raise NotTaken(f"“{safe_name(name)}” is not taken. {found.problem}", field="chosen")
    return found.media_type
