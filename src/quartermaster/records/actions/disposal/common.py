"""What the verbs on batches share."""

from datetime import datetime
from uuid import UUID

from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import Actor
from quartermaster.records.models import DisposalBatch, DisposalEntry, Retained
from quartermaster.records.rules.disposal import (
    BATCH,
    ENTRY,
    BatchState,
    EntryState,
    digest_of,
    purpose_of,
)
from quartermaster.records.rules.retention import Standing


def batch_for_update(key: UUID) -> DisposalBatch:
    """One batch, locked until the transaction ends."""
    rows = DisposalBatch.objects.select_for_update(of=("self",)).select_related("terms")
    found = rows.filter(id=key).first()
    if found is None:
        raise NotFound("There is no such batch.")
    return found


def move(batch: DisposalBatch, verb: str, **changes: object) -> None:
    """Take a batch on by one verb; `Conflict` where it is not where the verb begins."""
    now = BatchState(batch.state)
    changes["state"] = BATCH.target(verb, now).value
    rows = DisposalBatch.objects.filter(id=batch.id, state=now)
    if rows.update(**changes) != 1:
        raise Conflict("This batch was changed in the meantime.")
    for name, value in changes.items():
        setattr(batch, name, value)


def settle(entry: DisposalEntry, verb: str, at: datetime, **changes: object) -> None:
    """Take an entry on by one verb."""
    now = EntryState(entry.state)
    changes |= {"state": ENTRY.target(verb, now).value, "settled_at": at}
    rows = DisposalEntry.objects.filter(id=entry.id, state=now)
    if rows.update(**changes) != 1:
        raise Conflict("This was settled in the meantime.")
    for name, value in changes.items():
        setattr(entry, name, value)


def give_back(entries: "list[UUID]") -> None:
    """What is not destroyed is kept again, and may be in another batch."""
    Retained.objects.filter(id__in=entries, standing=Standing.IN_REVIEW).update(
        standing=Standing.KEPT
    )


def digest_now(batch: DisposalBatch) -> str:
    """What the batch stands for now: everything in it that was not kept out in the review."""
    rows = batch.entries.exclude(state=EntryState.KEPT_OUT)
    keys = [str(key) for key in rows.values_list("retained__subject_id", flat=True)]
    return digest_of(batch.number, batch.terms.code, batch.terms.disposition, keys)


def purpose_now(batch: DisposalBatch) -> str:
    """What a person proves who they are for before they approve it as it stands."""
    return purpose_of(batch.id, batch.digest or digest_now(batch))


def require_person(actor: Actor) -> UUID:
    """A person approves, never the house."""
    if actor.person_id is None:
        raise Refused("A person approves this, on its page, with their password.")
    return actor.person_id
