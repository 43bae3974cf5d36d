"""Keeping files."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from quartermaster.files import rules
from quartermaster.files.models import StoredFile
from quartermaster.files.queries import open_file
from quartermaster.files.stores import chunks_of, current
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
        if fresh:
            doing.record("files.file.stored", row, digest=row.digest, size=row.size, name=row.name)
    return row


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
