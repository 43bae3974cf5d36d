"""What is left of a record on its device, and saying that nothing is."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.timezone import make_aware

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.capture import under_hold
from quartermaster.records.models import Record
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.rules.capture import LEFT_BEHIND, Residue


def next_reminder(by: date | None) -> datetime | None:
    """The day after it was to be deleted."""
    return make_aware(datetime.combine(by + timedelta(days=1), time(8))) if by else None


def move_residue(record: Record, verb: str, **more: object) -> None:
    """Change what is left on the device, conditionally."""
    step = LEFT_BEHIND.transitions[verb]
    rows = Record.objects.filter(id=record.id, residue__in=sorted(step.sources))
    if rows.update(residue=step.target, **more) != 1:
        record.refresh_from_db()
        LEFT_BEHIND.target(verb, Residue(record.residue))
        raise Conflict("It changed at the same time; look at it again.")
    record.refresh_from_db()


def confirm_gone(*, record_id: UUID, actor: Actor, at: datetime) -> Record:
    """Say that nothing of a record is left on the device (C-2)."""
    with act(actor, at) as doing:
        record = Record.objects.select_for_update(of=("self",)).filter(id=record_id).first()
        if record is None:
            raise NotFound("There is no such record.")
        require(actor, RECORD_SAVE, person_id=record.author_id)
        if under_hold(record.author_id):
            raise Conflict("You were asked to keep it: delete nothing. Read the notice to you.")
        move_residue(record, "delete", residue_by=None, due_at=None, residue_said_at=at)
        doing.record("records.record.nothing-left", record, number=record.number)
    return record
