"""The second store: everything is copied there, and each mends the other where one is not whole."""

from datetime import datetime
from enum import StrEnum

from quartermaster.files.errors import FileMissing
from quartermaster.files.models import StoredFile
from quartermaster.files.stores import FileStore, chunks_of, current, replica, sha256_of

_LARGEST = 1024**4


class Side(StrEnum):
    """Which of the two was put right."""

    STORE = "store"
    REPLICA = "replica"


def is_whole(store: FileStore, digest: str) -> bool:
    """Whether a store has exactly what its digest says."""
    try:
        with store.open(digest) as handle:
            return sha256_of(chunks_of(handle)) == digest
    except FileMissing:
        return False


def copy_over(*, at: datetime, limit: int = 500) -> int:
    """Copy to the replica what it has not yet; how many. Without one nothing is done."""
    second = replica()
    if second is None:
        return 0
    rows = StoredFile.objects.filter(replicated_at=None, destroyed_at=None)
    done = 0
    for key, digest in rows.order_by("stored_at").values_list("id", "digest")[:limit]:
        try:
            with current().open(digest) as handle:
                kept = second.put(chunks_of(handle), limit=_LARGEST)
        except FileMissing:
            continue  # an audit names it
        if kept.digest == digest:
            done += rows.filter(id=key).update(replicated_at=at)
        else:
            second.delete(kept.digest)  # it was damaged on its way out; an audit names it
    return done


def mend(digest: str) -> Side | None:
    """Put right whichever of the two is not whole, from the other; None where nothing was to do.

    What is whole in neither stays as it is.
    """
    second = replica()
    if second is None:
        return None
    here, there = is_whole(current(), digest), is_whole(second, digest)
    if here == there:
        return None
    source, target = (second, current()) if there else (current(), second)
    with source.open(digest) as handle:
        target.replace(digest, chunks_of(handle), limit=_LARGEST)
    return Side.STORE if there else Side.REPLICA
