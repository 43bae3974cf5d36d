"""Reads of kept files. Whether an actor may see one is asked by the room whose document it is."""

import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from quartermaster.files.errors import FileDamaged, FileMissing
from quartermaster.files.models import StoredFile
from quartermaster.files.stores import chunks_of, current, replica, sha256_of


def open_file(digest: str) -> BinaryIO:
    """The content kept under a digest, checked to its last byte before it is handed out."""
    handle = current().open(digest)
    if sha256_of(chunks_of(handle)) != digest:
        handle.close()
        raise FileDamaged(
            "This file is no longer what was stored. Restore it from the backup.", digest=digest
        )
    handle.seek(0)
    return handle


MOST_REMEMBERED = 1000
_checked: OrderedDict[tuple[str, int, int, int, int], None] = OrderedDict()


def open_large(digest: str) -> BinaryIO:
    """As `open_file`, for what is read again and again in parts.

    A file is read to its end once for each state that it has on the disk: where its inode, size or
    time of change differ from those that were checked, it is checked anew.
    """
    handle = current().open(digest)
    try:
        found = os.fstat(handle.fileno())
    except (AttributeError, OSError):  # a store that has no files
        handle.close()
        return open_file(digest)
    state = (digest, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    if state in _checked:
        return handle
    handle.close()
    whole = open_file(digest)
    again = os.fstat(whole.fileno())
    if (again.st_ino, again.st_ctime_ns) == (found.st_ino, found.st_ctime_ns):
        _checked[state] = None
        while len(_checked) > MOST_REMEMBERED:
            _checked.popitem(last=False)
    return whole


def read_file(digest: str) -> bytes:
    """The whole content kept under a digest, checked."""
    with open_file(digest) as handle:
        return handle.read()


def is_there(digest: str) -> bool:
    """Whether the store or its replica has anything under a digest, whole or not."""
    for store in (current(), replica()):
        if store is None:
            continue
        try:
            store.open(digest).close()
        except FileMissing:
            continue
        return True
    return False


@dataclass(frozen=True)
class Fault:
    """A file whose row and content disagree.

    ``kind``: missing, damaged, remains (it was destroyed, and is still there) or unknown.
    """

    digest: str
    name: str
    kind: str


def verify() -> Iterator[Fault]:
    """Compare every row with the store, both ways. "unknown" content has no row (harmless)."""
    known = set()
    for row in StoredFile.objects.order_by("digest").iterator():
        known.add(row.digest)
        if row.destroyed_at is not None:
            if is_there(row.digest):
                yield Fault(row.digest, row.name, "remains")
            continue
        try:
            open_file(row.digest).close()
        except FileMissing:
            yield Fault(row.digest, row.name, "missing")
        except FileDamaged:
            yield Fault(row.digest, row.name, "damaged")
    for digest in current().digests():
        if digest not in known:
            yield Fault(digest, "", "unknown")
