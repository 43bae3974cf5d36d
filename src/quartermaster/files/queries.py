"""Reads of kept files. Whether an actor may see one is asked by the room whose document it is."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from quartermaster.files.errors import FileDamaged, FileMissing
from quartermaster.files.models import StoredFile
from quartermaster.files.stores import chunks_of, current


def open_file(digest: str) -> BinaryIO:
    """The content kept under a digest, checked to its last byte before it is handed out."""
    handle = current().open(digest)
    sha = hashlib.sha256()
    for chunk in chunks_of(handle):
        sha.update(chunk)
    if sha.hexdigest() != digest:
        handle.close()
        raise FileDamaged(
            "This file is no longer what was stored. Restore it from the backup.", digest=digest
        )
    handle.seek(0)
    return handle


def read_file(digest: str) -> bytes:
    """The whole content kept under a digest, checked."""
    with open_file(digest) as handle:
        return handle.read()


@dataclass(frozen=True)
class Fault:
    """A file whose row and content disagree. ``kind``: missing, damaged or unknown."""

    digest: str
    name: str
    kind: str


def verify() -> Iterator[Fault]:
    """Compare every row with the store, both ways. "unknown" content has no row (harmless)."""
    known = set()
    for row in StoredFile.objects.order_by("digest").iterator():
        known.add(row.digest)
        try:
            open_file(row.digest).close()
        except FileMissing:
            yield Fault(row.digest, row.name, "missing")
        except FileDamaged:
            yield Fault(row.digest, row.name, "damaged")
    for digest in current().digests():
        if digest not in known:
            yield Fault(digest, "", "unknown")
