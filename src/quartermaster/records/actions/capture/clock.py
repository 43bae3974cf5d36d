"""What is due by the clock: reminders of what lies on devices, and files that nobody claimed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from quartermaster.files.actions import destroy_file
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Standing
from quartermaster.records.actions.capture.announcing import ageing
from quartermaster.records.actions.capture.residue import move_residue, next_reminder
from quartermaster.records.actions.capture.telling import (
    tell_announced,
    tell_author,
    tell_overdue,
)
from quartermaster.records.capture import left_behind, pending, under_hold
from quartermaster.records.holds import live_keepers
from quartermaster.records.locks import keep_holds_still
from quartermaster.records.models import Announcement, Record, RecordItem
from quartermaster.records.permits import RECORD_KEEP
from quartermaster.records.rules.capture import Residue

STRAYS_AFTER = timedelta(days=7)
AFTER_RELEASE = timedelta(days=14)


def take_capture_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Remind whoever is due of what still lies on their devices; how many (C-2)."""
    require(actor, RECORD_KEEP)
    taken = 0
    while taken < limit and (_next_announcement(actor, at) or _next_record(actor, at)):
        taken += 1
    return taken


def _next_announcement(actor: Actor, at: datetime) -> bool:
    with transaction.atomic():
        announced = (
            pending()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("person", "device")
            .filter(due_at__lte=at)
            .order_by("due_at", "id")
            .first()
        )
        if announced is None:
            return False
        with act(actor, at) as doing:
            _remind(announced, doing)
    return True


def _remind(announced: Announcement, doing: Act) -> None:
    gone = announced.person.standing != Standing.ACTIVE
    announced.reminders += 1
    last = gone or announced.reminders >= ageing().remind_most
    announced.due_at = None if last else doing.at + ageing().remind
    announced.save(update_fields=["reminders", "due_at"])
    doing.record("records.announcement.reminded", announced, reminders=announced.reminders)
    tell_announced(announced, "reminder", doing)
    if last:
        tell_overdue(announced, doing)


def _next_record(actor: Actor, at: datetime) -> bool:
    with transaction.atomic():
        record = (
            left_behind()
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("author")
            .filter(due_at__lte=at)
            .order_by("due_at", "id")
            .first()
        )
        if record is None:
            return False
        with act(actor, at) as doing:
            _ask(record, doing)
    return True


def _ask(record: Record, doing: Act) -> None:
    if under_hold(record.author_id):
        move_residue(record, "hold", residue_by=None, due_at=None, residue_said_at=doing.at)
        doing.record("records.record.stays-under-hold", record, number=record.number)
        return
    record.residue_reminders += 1
    last = record.residue_reminders >= ageing().remind_most
    record.due_at = None if last else doing.at + ageing().remind
    record.save(update_fields=["residue_reminders", "due_at"])
    doing.record("records.record.deletion-reminded", record, number=record.number)
    tell_author(record, "delete", doing)


def follow_release(*, person_id: UUID, actor: Actor, at: datetime) -> int:
    """Ask who need not keep anything any longer to delete what is here already (C-2)."""
    require(actor, RECORD_KEEP)
    if under_hold(person_id):
        return 0
    by = localdate(at + AFTER_RELEASE)
    with act(actor, at) as doing:
        rows = Record.objects.filter(author_id=person_id, residue=Residue.HELD)
        records = list(rows.select_for_update(of=("self",)).select_related("author").order_by("id"))
        for record in records:
            move_residue(
                record,
                "let go",
                residue_by=by,
                due_at=next_reminder(by),
                residue_said_at=at,
                residue_reminders=0,
            )
            tell_author(record, "delete", doing)
    return len(records)


def forget_strays(*, actor: Actor, at: datetime) -> int:
    """Forget files that were sent and never became a record, unless under a hold (G-5, C-2).

    Their keys are gone for good, and what was sealed leaves the store.
    """
    require(actor, RECORD_KEEP)
    with act(actor, at) as doing:
        keep_holds_still()
        rows = RecordItem.objects.filter(record=None, arrived_at__lte=at - STRAYS_AFTER)
        free = rows.exclude(author__in=live_keepers().values("person_id")).select_related("file")
        strays = list(free.select_for_update(skip_locked=True, of=("self",)).order_by("id")[:500])
        for item in strays:
            doing.record("records.item.forgotten", item, digest=item.digest)
            item.delete()
            destroy_file(file=item.file, actor=actor, at=at)
    return len(strays)
