"""Keeping files."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.db.models import QuerySet

from quartermaster.files import rules
from quartermaster.files.errors import FileDestroyed
from quartermaster.files.models import StoredFile
from quartermaster.files.queries import open_file
from quartermaster.files.stores import chunks_of, current, replica
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor


def store(
    *,
    content: bytes | BinaryIO,
    media_type: str,
    name: str,
    actor: Actor,
    at: datetime,
    limit: int = rules.LARGEST,
) -> StoredFile:
    """Keep a file for ever under its SHA-256; the same content twice is one file.

    ``media_type`` is the sender's word and only refines what the first bytes tell. Who may store
    is asked by the room whose document it becomes. Should the act fail later, the bytes stay
    behind without a row, which harms nobody and is shown by `queries.verify`.
    """
    first = _First(chunks_of(content))
    kept = current().put(first, limit=limit)
    kind = rules.sniff(first.head, media_type)
    if kind == rules.ZIP:
        with open_file(kept.digest) as archive:  # never as a whole: it may be a large package
            kind = rules.office_kind(archive)
    with act(actor, at) as doing:
        row, fresh = StoredFile.objects.get_or_create(
            digest=kept.digest,
            defaults={
                "size": kept.size,
                "media_type": kind,
                "name": rules.safe_name(name),
                "stored_at": at,
            },
        )
        if row.destroyed_at is not None:
            current().delete(row.digest)
            raise FileDestroyed("This content was destroyed by the retention schedule.")
        if fresh:
            doing.record("files.file.stored", row, digest=row.digest, size=row.size, name=row.name)
    return row


def destroy_file(*, file: StoredFile, actor: Actor, at: datetime) -> None:
    """Destroy a file, in the caller's act: out of the store and its replica after the commit.

    Who may is asked by the room whose document it is. Should the removal fail, `remove_destroyed`
    does it later; the row stays and says that it was there.
    """
    with act(actor, at) as doing:
        rows = StoredFile.objects.filter(id=file.id, destroyed_at=None)
        if rows.update(destroyed_at=at) == 1:
            doing.record("files.file.destroyed", file, digest=file.digest)
            transaction.on_commit(lambda: _remove(file.digest, at), robust=True)


def remove_destroyed(*, at: datetime, limit: int = 500) -> int:
    """Remove from the stores what was destroyed and is still there; how many."""
    rows = StoredFile.objects.filter(destroyed_at__isnull=False, removed_at=None)
    keys = list(rows.order_by("destroyed_at").values_list("digest", flat=True)[:limit])
    for digest in keys:
        _remove(digest, at)
    return len(keys)


def _remove(digest: str, at: datetime) -> None:
    current().delete(digest)
    second = replica()
    if second is not None:
        second.delete(digest)
    waiting: QuerySet[StoredFile] = StoredFile.objects.filter(digest=digest, removed_at=None)
    waiting.exclude(destroyed_at=None).update(removed_at=at)


class _First:
    """Chunks on their way, of which the first bytes are remembered."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.head = b""

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            if len(self.head) < rules.HEAD:
                self.head += chunk[: rules.HEAD - len(self.head)]
            yield chunk
