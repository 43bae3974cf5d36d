"""The certificate of a destruction: on paper, and as a statement that anybody can verify."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db.models import F
from django.utils.timezone import localdate

from quartermaster.files import actions as files
from quartermaster.files.papers import PDF, render
from quartermaster.jobs.acts import act
from quartermaster.jobs.outbox import pause
from quartermaster.kernel.dates import written_day, written_time
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import archive
from quartermaster.records.actions.archive.log import sign_checkpoint
from quartermaster.records.actions.disposal.common import batch_for_update, move
from quartermaster.records.disposables import disposable_of
from quartermaster.records.models import DisposalBatch, DisposalEntry, LogEntry, SignedCheckpoint
from quartermaster.records.permits import RETENTION_KEEP
from quartermaster.records.retention import RECORD
from quartermaster.records.rules.disposal import BatchState, EntryState

log = structlog.get_logger(__name__)


def certify_done(*, actor: Actor, at: datetime, limit: int = 20) -> int:
    """Sign how the log stands and certify what was destroyed, batch by batch; how many (C-2)."""
    require(actor, RETENTION_KEEP)
    rows = DisposalBatch.objects.filter(state=BatchState.DONE, due_at__lte=at)
    keys = list(rows.order_by("done_at").values_list("id", flat=True)[:limit])
    if keys:
        sign_checkpoint(actor=actor, at=at)
    for key in keys:
        try:
            _certify(key, actor, at)
        except Exception:
            log.exception("records.certificate-failed", batch=str(key))
            attempts = rows.filter(id=key).values_list("attempts", flat=True).first() or 0
            rows.filter(id=key).update(attempts=F("attempts") + 1, due_at=at + pause(attempts + 1))
    return len(keys)


def _certify(key: Any, actor: Actor, at: datetime) -> None:
    with act(actor, at) as doing:
        batch = batch_for_update(key)
        if batch.state != BatchState.DONE:
            return
        done = _done(batch)
        statement = json.dumps(_statement(done), indent=1, sort_keys=True).encode()
        kept = files.store(
            content=statement,
            media_type="application/json",
            name=f"{batch.number} certificate.json",
            actor=actor,
            at=at,
        )
        paper = render(
            "records/papers/destruction.typ",
            _on_paper(done, hashlib.sha256(statement).hexdigest()),
            title=f"Certificate of destruction {batch.number}",
            at=at,
        )
        pdf = files.store(
            content=paper,
            media_type=PDF,
            name=f"{batch.number} certificate.pdf",
            actor=actor,
            at=at,
        )
        move(batch, "certify", certificate=pdf, statement=kept, due_at=None)
        doing.record("records.disposal.certified", batch, number=batch.number, digest=pdf.digest)


@dataclass(frozen=True)
class _Done:
    """What a batch destroyed, in the order of the log; when records were saved; what was signed."""

    batch: DisposalBatch
    rows: list[DisposalEntry]
    saved: dict[UUID, LogEntry]  # by the entry
    checkpoint: str


def _done(batch: DisposalBatch) -> _Done:
    gone = batch.entries.filter(state=EntryState.DESTROYED).select_related("retained", "line")
    rows = list(gone.order_by("number"))
    keys = {row.retained.subject_id: row.id for row in rows if row.retained.kind == RECORD}
    found = LogEntry.objects.filter(record__in=keys)
    saved = {keys[entry.record_id]: entry for entry in found if entry.record_id is not None}
    newest = SignedCheckpoint.objects.order_by("-size").first()
    return _Done(batch, rows, saved, newest.note if newest else "")


def _statement(done: _Done) -> dict[str, Any]:
    """What `tools/verify_archive.py certificate` takes: each line with the way to a signed root."""
    saved = done.saved
    return {
        "batch": done.batch.number,
        "series": done.batch.terms.code,
        "checkpoint": done.checkpoint,
        "key": archive.signer().verifier,
        "things": [
            {
                "destroyed": _line(row.line),
                **({"saved": _line(saved[row.id])} if row.id in saved else {}),
            }
            for row in done.rows
        ],
    }


def _line(entry: LogEntry) -> dict[str, Any]:
    proven = archive.proof_of_line(entry)
    return {
        "index": proven.index,
        "leaf": proven.leaf,
        "path": [step.hex() for step in proven.path],
    }


def _on_paper(done: _Done, digest: str) -> dict[str, Any]:
    batch, terms = done.batch, done.batch.terms
    kept = batch.entries.exclude(state=EntryState.DESTROYED).select_related("retained")
    return {
        "batch": batch.number,
        "kind": disposable_of(batch.kind).title,
        "series": f"{terms.title} ({terms.code})",
        "period": f"{terms.period.words()}, from: {terms.get_trigger_display().lower()}",
        "basis": terms.basis,
        "schedule": f"{terms.schedule}, in force since {_day(terms.schedule.in_force_at)}",
        "disposition": terms.get_disposition_display(),
        "approved": f"{batch.approved_by}, {_time(batch.approved_at)}",
        "second": f"{batch.second_by}, {_time(batch.second_at)}",
        "receipt": batch.receipt,
        "begun": _time(batch.begun_at),
        "done": _time(batch.done_at),
        "statement": digest,
        "checkpoint": done.checkpoint.strip(),
        "things": [
            {
                "label": row.retained.label,
                "number": row.number,
                "made": _day(row.retained.made_on),
                "due": _day(row.due_on),
                "at": _time(row.settled_at),
                "lines": _lines(done.saved.get(row.id), row.line),
                "digest": row.digest,
                "files": row.files,
            }
            for row in done.rows
        ],
        "kept": [
            {"label": row.retained.label, "reason": row.reason} for row in kept.order_by("due_on")
        ],
    }


def _lines(saved: LogEntry | None, destroyed: LogEntry) -> str:
    return f"{saved.index} and {destroyed.index}" if saved else str(destroyed.index)


def _day(day: Any) -> str:
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = localdate(day)
    return written_day(day)


def _time(at: datetime | None) -> str:
    return written_time(at) if at else ""
