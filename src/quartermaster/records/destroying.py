"""What is destroyed with a record besides the record: whoever derives something of it says how.

An index, text that was read out of a file, a thumbnail, a cache: what can be made anew from a
record is gone with it. `purge` runs inside the transaction that destroys, after holds were looked
at again; a purge that fails keeps the record. What lies outside the database is removed by
`transaction.on_commit`, with a row that is swept where that did not come to pass.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

# removes all that was derived of these records; what is gone already is passed over
Purge = Callable[[Collection[UUID], datetime], None]

_PURGES: list[Purge] = []


def register(purge: Purge) -> Purge:
    """Have every destruction of records remove this, too."""
    if purge not in _PURGES:
        _PURGES.append(purge)
    return purge


def purge_derived(record_ids: Collection[UUID], at: datetime) -> None:
    """Remove everything that was derived of these records, in the caller's transaction (C-2)."""
    keys = frozenset(record_ids)
    if not keys:
        return
    for purge in _PURGES:
        purge(keys, at)
