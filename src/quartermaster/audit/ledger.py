"""Writing to the ledger, inside the transaction of the act it tells of."""

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from quartermaster.audit import chain
from quartermaster.audit.models import Entry
from quartermaster.kernel.bulk import insert_many

_LOCK = 0x5155_4152  # one writer at a time; held until the transaction ends


def append(drafts: Sequence[chain.Draft]) -> list[Entry]:
    """Chain and insert the drafts, in order. Call it last in a transaction: it serialises."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit entry belongs to the transaction of its act.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT seq, digest FROM audit_entry ORDER BY seq DESC LIMIT 1")
        row = cursor.fetchone()
    seq, previous = (row[0], bytes(row[1])) if row else (0, chain.GENESIS)
    entries = []
    for draft in drafts:
        seq += 1
        value = chain.digest(previous, seq, draft)
        entries.append(_entry(seq, draft, previous, value))
        previous = value
    return insert_many(entries)


def _entry(seq: int, draft: chain.Draft, previous: bytes, value: bytes) -> Entry:
    """One row, its values in the order of the fields: an act may have thousands of them."""
    return Entry(
        seq,
        draft.at,
        draft.tag,
        draft.actor_label,
        draft.actor_id,
        draft.subject_kind,
        draft.subject_id,
        draft.data,
        previous,
        value,
        chain.seal(settings.AUDIT_KEY, value),
    )
