"""Destroying what two people approved, one thing a transaction, with holds looked at each time."""

from datetime import date, datetime
from uuid import UUID

import structlog
from django.db.models import F
from django.utils.timezone import localdate

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.outbox import pause
from quartermaster.kernel.numbering import next_number
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.accounts import is_genuine
from quartermaster.records.actions.archive.log import append_destruction
from quartermaster.records.actions.disposal.common import (
    batch_for_update,
    digest_now,
    give_back,
    move,
    settle,
)
from quartermaster.records.actions.disposal.deciding import halt
from quartermaster.records.disposables import disposable_of
from quartermaster.records.locks import keep_holds_still, one_line_at_a_time
from quartermaster.records.models import DisposalBatch, DisposalEntry, Retained, SeriesTerms
from quartermaster.records.permits import RETENTION_KEEP
from quartermaster.records.retention import due_of, in_force, retained_for_update, terms_of
from quartermaster.records.rules.disposal import BatchState, EntryState, leaf_of, purpose_of
from quartermaster.records.rules.retention import Standing

log = structlog.get_logger(__name__)


def execute_due(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Destroy what was approved and has waited, ``limit`` things at most; how many (C-2)."""
    require(actor, RETENTION_KEEP)
    rows = DisposalBatch.objects.filter(
        state__in=[BatchState.WAITING, BatchState.EXECUTING], due_at__lte=at
    )
    done = 0
    for key in list(rows.order_by("due_at", "id").values_list("id", flat=True)[:50]):
        if not _begin(key, actor, at):
            continue
        while done < limit:
            try:
                went_on = _next(key, actor, at)
            except Exception:
                log.exception("records.disposal-failed", batch=str(key))
                _put_off(key, at)
                break
            if not went_on:
                break
            done += 1
    return done


def _begin(key: UUID, actor: Actor, at: datetime) -> bool:
    """Whether a batch is being executed now; one that is not as it was approved is stopped."""
    with act(actor, at) as doing:
        batch = batch_for_update(key)
        if batch.state == BatchState.EXECUTING:
            return True
        if batch.state != BatchState.WAITING or batch.due_at is None or batch.due_at > at:
            return False
        if problem := _why_not_stand(batch):
            halt(batch, problem, None, at)
            doing.record("records.disposal.stopped", batch, number=batch.number, reason=problem)
            return False
        move(batch, "execute", begun_at=at)
        doing.record("records.disposal.begun", batch, number=batch.number)
    return True


def _why_not_stand(batch: DisposalBatch) -> str:
    """Why two people did not agree to this, as a sentence; empty if they did."""
    purpose = purpose_of(batch.id, batch.digest)
    for person, at, sealed in (
        (batch.approved_by_id, batch.approved_at, batch.approved_proof),
        (batch.second_by_id, batch.second_at, batch.second_proof),
    ):
        if person is None or at is None or sealed is None:
            return "It was not approved by two people."
        if not is_genuine(bytes(sealed), person, purpose, at):
            return "An approval was not given here."
    if batch.approved_by_id == batch.second_by_id or digest_now(batch) != batch.digest:
        return "It is not as two people approved it."
    return ""


def _next(key: UUID, actor: Actor, at: datetime) -> bool:
    """Settle one thing of a batch; whether there was one."""
    with act(actor, at) as doing:
        keep_holds_still()  # before any row is locked
        batch = batch_for_update(key)
        if batch.state != BatchState.EXECUTING:
            return False
        rows = DisposalEntry.objects.select_for_update()
        listed = rows.filter(batch=batch, state=EntryState.LISTED)
        entry = listed.order_by("due_on", "id").first()
        if entry is None:
            move(batch, "finish", done_at=at, due_at=at)
            doing.record("records.disposal.done", batch, number=batch.number)
            return False
        entry.retained = retained_for_update(entry.retained_id)
        if why := _why_stays(batch, entry.retained, at):
            settle(entry, "keep", at, reason=why[:500])
            give_back([entry.retained_id])
            doing.record("records.disposal.kept", batch, label=entry.retained.label, reason=why)
        else:
            _destroy(batch, entry, doing)
    return True


def _why_stays(batch: DisposalBatch, row: Retained, at: datetime) -> str:
    """Why a thing stays after all: the schedule, a hold or a request says so now."""
    terms = terms_of(in_force()).get(row.series)
    if terms is None or row.series != batch.terms.code:
        return "It is in another series now."
    if terms.disposition != batch.terms.disposition:
        return "The schedule says something else of its series now."
    if _day(row, terms) > localdate(at):
        return "It is not due any longer: the schedule was changed."
    return disposable_of(row.kind).kept([row.subject_id], at).get(row.subject_id, "")


def _day(row: Retained, terms: SeriesTerms) -> date:
    """From which day it may go, reckoned anew: never before the one that was written down."""
    return max(row.due_on or date.max, due_of(row, terms.terms) or date.max)


def _destroy(batch: DisposalBatch, entry: DisposalEntry, doing: Act) -> None:
    row = entry.retained
    kind = disposable_of(row.kind)
    facts = kind.facts(row.subject_id)
    one_line_at_a_time()
    settle(
        entry,
        "destroy",
        doing.at,
        number=next_number(DisposalEntry, "D", 6, doing.at),
        digest=facts.digest,
        files=list(facts.files),
    )
    kind.end(row.subject_id, entry, doing)
    gone = Retained.objects.filter(id=row.id, standing=Standing.IN_REVIEW)
    gone.update(standing=Standing.DESTROYED, destroyed_at=doing.at)
    leaf = leaf_of(
        number=entry.number,
        destroyed=facts.name,
        digest=facts.digest,
        files=facts.files,
        series=batch.terms.code,
        batch=batch.number,
    )
    line = append_destruction(entry, leaf, doing)
    doing.record(
        "records.disposal.destroyed",
        entry,
        number=entry.number,
        batch=batch.number,
        label=row.label,
        digest=facts.digest,
        line=line.index,
    )


def _put_off(key: UUID, at: datetime) -> None:
    rows = DisposalBatch.objects.filter(id=key, state=BatchState.EXECUTING)
    attempts = rows.values_list("attempts", flat=True).first() or 0
    rows.update(attempts=F("attempts") + 1, due_at=at + pause(attempts + 1))
