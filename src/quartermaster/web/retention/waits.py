"""What of retention waits for the reader."""

from django.db.models import Exists
from django.urls import reverse

from quartermaster.records import disposal, retention
from quartermaster.records.permits import (
    DISPOSAL_APPROVE,
    DISPOSAL_SECOND,
    SCHEDULE_APPROVE,
    SCHEDULE_WRITE,
)
from quartermaster.records.rules.disposal import BatchState
from quartermaster.records.rules.retention import ScheduleState
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits

MOST = 20


@waits("Due under the retention schedule", permit=DISPOSAL_APPROVE, order=30)
def to_review(request: HouseRequest) -> Steps:
    """Batches that the records custodian reviews (C-2)."""
    rows = disposal.batches_visible_to(request.actor).filter(state=BatchState.REVIEW)
    if not (yield rows):
        return
    for row in rows[:MOST]:
        address = reverse("retention:batch", kwargs={"key": row.pk})
        yield Wait(f"Review {row.number}", address, note=row.terms.title)


@waits("Destruction under the retention schedule", permit=DISPOSAL_SECOND, order=31)
def to_second(request: HouseRequest) -> Steps:
    """Batches that wait for a second person (C-2)."""
    rows = disposal.waiting_for(disposal.batches_visible_to(request.actor), request.actor)
    if not (yield rows):
        return
    for row in rows[:MOST]:
        address = reverse("retention:batch", kwargs={"key": row.pk})
        yield Wait(f"Approve or stop {row.number}", address, note=row.terms.title)


@waits("Drafts of the retention schedule", permit=SCHEDULE_APPROVE, order=32)
def to_put_in_force(request: HouseRequest) -> Steps:
    """A draft that somebody else wrote (C-2)."""
    rows = retention.schedules_visible_to(request.actor).filter(state=ScheduleState.DRAFT)
    if not (yield rows):
        return
    for row in rows:
        if str(request.actor.person_id) not in row.writers:
            address = reverse("retention:version", kwargs={"key": row.pk})
            yield Wait(f"Put {row} in force", address, note=row.note)


@waits("Kinds that no series of the schedule names", permit=SCHEDULE_WRITE, order=33)
def to_adopt(request: HouseRequest) -> Steps:
    """Series came with a later version, and the schedule in force has none of theirs (C-2)."""
    rows = retention.schedules_visible_to(request.actor)
    drafts = rows.filter(state=ScheduleState.DRAFT)
    if not (yield rows.filter(state=ScheduleState.IN_FORCE).exclude(Exists(drafts))):
        return
    unnamed = retention.never_named(retention.unnamed_in(retention.shown_now()[1]))
    if unnamed:
        address = reverse("retention:schedule")
        said = ", ".join(row.title for row in unnamed)
        yield Wait("Draft the shipped series", address, note=said)
