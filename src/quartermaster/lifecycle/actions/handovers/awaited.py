"""What went out before it was enrolled: asked after until it is."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.models import AwaitedEnrolment, HandoverItem
from quartermaster.lifecycle.permits import HANDOVER_PREPARE
from quartermaster.mdm.queries import enrolment_now
from quartermaster.notify import actions as post
from quartermaster.org.models import Person
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role
from quartermaster.policy.rules.versions import city_date, day_begins

AFTERWARDS = timedelta(days=1)
BATCH = 200


def await_enrolment(item: HandoverItem, doing: Act) -> AwaitedEnrolment | None:
    """Open a reminder where a device went out by an exception; None where it is enrolled."""
    if item.device is None or not item.waiver or enrolment_now(item.device.id) is not None:
        return None
    assert item.waived_until is not None  # a constraint says so
    AwaitedEnrolment.objects.filter(device=item.device, closed_at=None).update(
        closed_at=doing.at, closing_reason="It was handed out anew."
    )
    made = AwaitedEnrolment.objects.create(
        device=item.device,
        item=item,
        reason=item.waiver,
        until=item.waived_until,
        opened_at=doing.at,
        due_at=day_begins(item.waived_until, settings.TIME_ZONE),
    )
    doing.record(
        "lifecycle.enrolment.awaited", made, device=str(item.device), until=made.until.isoformat()
    )
    return made


def follow_enrolment(*, device_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """Close the reminder of a device that is enrolled now, or back in stock (G-10)."""
    require(actor, HANDOVER_PREPARE)
    with act(actor, at) as doing:
        for row in AwaitedEnrolment.objects.select_for_update().filter(
            device_id=device_id, closed_at=None
        ):
            row.closed_at, row.closing_reason = at, reason
            row.save(update_fields=["closed_at", "closing_reason"])
            doing.record("lifecycle.enrolment.no-longer-awaited", row, reason=reason)


def remind_awaited(*, actor: Actor, at: datetime) -> int:
    """Ask holder and ITMD, each day from the last day on, after what is not enrolled (G-10)."""
    require(actor, HANDOVER_PREPARE)
    due = AwaitedEnrolment.objects.filter(closed_at=None, due_at__lte=at)
    count = 0
    for key in due.values_list("id", flat=True)[:BATCH]:
        with act(actor, at) as doing:
            rows = due.select_for_update(skip_locked=True, of=("self",))
            row = rows.select_related("device", "item__handover__holder").filter(id=key).first()
            if row is None:
                continue
            row.reminders += 1
            row.due_at = at + AFTERWARDS
            row.save(update_fields=["reminders", "due_at"])
            for person in [row.item.handover.holder, *people_with_role(Role.ITMD_ADMIN, at)]:
                _tell(row, person, doing)
            doing.record("lifecycle.enrolment.asked-after", row, reminders=row.reminders)
            count += 1
    return count


def _tell(row: AwaitedEnrolment, person: Person, doing: Act) -> None:
    post.send(
        template="lifecycle/handovers/enrol",
        to=person.email,
        name=person.name,
        context={
            "device": row.device.asset_tag,
            "holder": row.item.handover.holder.name,
            "reason": row.reason,
            "until": row.until,
            "over": row.until < city_date(doing.at, settings.TIME_ZONE),
            "link": f"{settings.WEB_URL}/devices/{row.device_id}/",
        },
        key=f"lifecycle.awaited/{row.id}/{row.reminders}/{person.id}",
        about=row,
        actor=doing.actor,
        at=doing.at,
    )
