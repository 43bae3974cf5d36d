"""Having checkpoints stamped: a row first, asked outside of any transaction, kept when verified."""

from datetime import datetime, timedelta

from quartermaster.jobs.acts import act
from quartermaster.jobs.outbox import pause
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import stamps
from quartermaster.records.models import SignedCheckpoint, TimeStamp
from quartermaster.records.permits import ARCHIVE_KEEP

_TAKEN = timedelta(minutes=2)  # so long nobody else asks for the same


def queue_stamp(checkpoint: SignedCheckpoint, at: datetime) -> TimeStamp | None:
    """Have a checkpoint stamped, where an authority is set; in the act that signs it."""
    if not stamps.asked_for():
        return None
    return TimeStamp.objects.create(checkpoint=checkpoint, due_at=at)


def take_stamps(*, actor: Actor, at: datetime, limit: int = 5) -> int:
    """Ask for the stamps that are due; how many were given (G-5)."""
    require(actor, ARCHIVE_KEEP)
    given = 0
    for _ in range(limit if stamps.asked_for() else 0):
        row = _claimed(actor, at)
        if row is None:
            break
        given += _take(row, actor, at)
    return given


def _claimed(actor: Actor, at: datetime) -> TimeStamp | None:
    with act(actor, at):
        rows = TimeStamp.objects.select_for_update(skip_locked=True).filter(due_at__lte=at)
        row = rows.order_by("due_at", "id").first()
        if row is None:
            return None
        row.attempts += 1
        row.due_at = at + max(_TAKEN, pause(row.attempts))
        row.save(update_fields=["attempts", "due_at"])
    return row


def _take(row: TimeStamp, actor: Actor, at: datetime) -> bool:
    """Ask and verify; what went wrong stands in the row, and it is asked anew."""
    note = row.checkpoint.note
    question = stamps.question(note)
    try:
        answer = stamps.ask(question.as_bytes())
        stamp = stamps.verified(note, answer, question.nonce or 0)
    except stamps.NotStamped as problem:
        TimeStamp.objects.filter(id=row.id, answer=None).update(problem=str(problem)[:300])
        return False
    with act(actor, at) as doing:
        kept = TimeStamp.objects.filter(id=row.id, answer=None).update(
            nonce=str(question.nonce),
            answer=answer,
            stamped_at=stamp.tst_info.gen_time,
            due_at=None,
            problem="",
        )
        if kept:
            doing.record(
                "records.archive.stamped",
                row,
                size=row.checkpoint.size,
                stamped_at=stamp.tst_info.gen_time.isoformat(),
            )
    return bool(kept)
