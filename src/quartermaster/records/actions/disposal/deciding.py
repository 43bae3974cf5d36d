"""What people do with a batch: keep something out, approve, approve as the second, stop."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.org.accounts import Proof, require_proof
from quartermaster.records.actions.disposal.common import (
    batch_for_update,
    digest_now,
    give_back,
    move,
    purpose_now,
    require_person,
    settle,
)
from quartermaster.records.models import DisposalBatch, DisposalEntry
from quartermaster.records.permits import DISPOSAL_APPROVE, DISPOSAL_SECOND, DISPOSAL_STOP
from quartermaster.records.rules.disposal import (
    BATCH,
    LONGEST_RECEIPT,
    BatchState,
    EntryState,
    purpose_of,
)
from quartermaster.records.rules.retention import LONGEST_REASON, Disposition


def keep_out(*, entry_id: UUID, reason: str, actor: Actor, at: datetime) -> DisposalEntry:
    """Keep one thing out of a batch that is reviewed, with the reason (C-2)."""
    require(actor, DISPOSAL_APPROVE)
    why = said(reason, "Say why it stays", 500)
    with act(actor, at) as doing:
        found = DisposalEntry.objects.filter(id=entry_id).values_list("batch_id", flat=True).first()
        if found is None:
            raise NotFound("There is no such entry.")
        batch = batch_for_update(found)  # before its entries, as everybody locks them
        rows = DisposalEntry.objects.select_for_update(of=("self",)).select_related("retained")
        entry = rows.get(id=entry_id)
        if batch.state != BatchState.REVIEW:
            raise Conflict("The review of this batch is over.")
        settle(entry, "keep out", at, reason=why)
        give_back([entry.retained_id])
        doing.record("records.disposal.kept-out", batch, label=entry.retained.label, reason=why)
    return entry


def approve_batch(
    *, batch_id: UUID, proof: Proof | None, actor: Actor, at: datetime
) -> DisposalBatch:
    """Approve, as the records custodian, exactly what is listed (C-2, G-5).

    Raises:
        ProofNeeded: the password was not typed for this batch as it stands.
        Conflict: nothing is left to go, or the batch is not in review.
    """
    require(actor, DISPOSAL_APPROVE)
    person = require_person(actor)
    with act(actor, at) as doing:
        batch = batch_for_update(batch_id)
        BATCH.target("approve", BatchState(batch.state))
        if not batch.entries.filter(state=EntryState.LISTED).exists():
            raise Conflict("Nothing of it is to go. Stop it.")
        digest = digest_now(batch)
        given = require_proof(proof, actor=actor, purpose=purpose_of(batch.id, digest), at=at)
        move(
            batch,
            "approve",
            digest=digest,
            approved_at=given.at,
            approved_by_id=person,
            approved_proof=given.sealed,
        )
        doing.record("records.disposal.approved", batch, number=batch.number, digest=digest)
    return batch


def approve_as_second(
    *, batch_id: UUID, proof: Proof | None, actor: Actor, at: datetime
) -> DisposalBatch:
    """Approve, as another person, what the custodian approved; it then waits (C-2, G-5).

    Raises:
        Refused: it is the person who approved it, or who stands in for them.
        ProofNeeded: the password was not typed for this batch as it stands.
    """
    require(actor, DISPOSAL_SECOND)
    person = require_person(actor)
    with act(actor, at) as doing:
        batch = batch_for_update(batch_id)
        BATCH.target("approve as the second", BatchState(batch.state))
        if actor.speaks_for(batch.approved_by_id):
            raise Refused("Somebody other than who approved it must be the second.")
        given = require_proof(proof, actor=actor, purpose=purpose_now(batch), at=at)
        if digest_now(batch) != batch.digest:
            raise Conflict("It is not as it was approved. Stop it.")
        until = at + _wait(batch)
        transfer = batch.terms.disposition == Disposition.TRANSFER
        move(
            batch,
            "approve as the second",
            second_at=given.at,
            second_by_id=person,
            second_proof=given.sealed,
            waits_until=until,
            due_at=None if transfer else until,
        )
        doing.record(
            "records.disposal.approved-by-second",
            batch,
            number=batch.number,
            digest=batch.digest,
            waits_until=until.isoformat(timespec="seconds"),
        )
    return batch


def _wait(batch: DisposalBatch) -> timedelta:
    transfer = batch.terms.disposition == Disposition.TRANSFER
    days = settings.RETENTION_TRANSFER_DAYS if transfer else settings.RETENTION_WAIT_DAYS
    return timedelta(days=days)


def confirm_transfer(*, batch_id: UUID, receipt: str, actor: Actor, at: datetime) -> DisposalBatch:
    """Confirm, with its receipt, that the state archive has what is transferred (C-2)."""
    require(actor, DISPOSAL_APPROVE)
    person = require_person(actor)
    words = said(receipt, "Say which receipt it is", LONGEST_RECEIPT, "receipt")
    with act(actor, at) as doing:
        batch = batch_for_update(batch_id)
        waiting = batch.state == BatchState.WAITING and batch.waits_until is not None
        if not waiting or batch.terms.disposition != Disposition.TRANSFER or batch.receipt:
            raise Conflict("This batch waits for no receipt.")
        assert batch.waits_until is not None  # asked above
        changes = {
            "receipt": words,
            "receipt_at": at,
            "receipt_by_id": person,
            "due_at": max(at, batch.waits_until),
        }
        DisposalBatch.objects.filter(id=batch.id).update(**changes)
        batch.refresh_from_db()
        doing.record("records.disposal.transferred", batch, number=batch.number, receipt=words)
    return batch


def stop_batch(*, batch_id: UUID, reason: str, actor: Actor, at: datetime) -> DisposalBatch:
    """Stop a batch; what is not destroyed yet is kept (C-2)."""
    require(actor, DISPOSAL_STOP)
    why = said(reason, "Say why", LONGEST_REASON)
    with act(actor, at) as doing:
        batch = batch_for_update(batch_id)
        halt(batch, why, actor.person_id, at)
        doing.record("records.disposal.stopped", batch, number=batch.number, reason=why)
    return batch


def halt(batch: DisposalBatch, why: str, person: UUID | None, at: datetime) -> None:
    """Let what is left of a batch stay."""
    move(
        batch,
        "stop",
        stopped_at=at,
        stopped_by_id=person,
        stop_reason=why[:LONGEST_REASON],
        due_at=None,
    )
    left = batch.entries.filter(state=EntryState.LISTED)
    keys = list(left.values_list("retained_id", flat=True))
    left.update(state=EntryState.KEPT, reason="The batch was stopped.", settled_at=at)
    give_back(keys)
