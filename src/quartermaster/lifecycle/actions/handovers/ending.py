"""Hand-outs that nobody signs: called off, asked after, and over when their time is."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.handovers.common import address, move, tell, the_handover
from quartermaster.lifecycle.models import Handover
from quartermaster.lifecycle.permits import HANDOVER_PREPARE
from quartermaster.lifecycle.rules.handovers import HandoverState, require_reason
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role

BATCH = 200


def cancel_handover(*, handover_id: UUID, reason: str, actor: Actor, at: datetime) -> Handover:
    """Call a hand-out off: what was kept for it is in stock for everybody again (G-7)."""
    with act(actor, at) as doing:
        require(actor, HANDOVER_PREPARE)
        handover = the_handover(handover_id)
        why = require_reason(reason, "Say why it is called off")
        move(handover, "cancel", doing, closing_reason=why)
        doing.record("lifecycle.handover.cancelled", handover, reason=why)
        tell(handover, "cancelled", doing, reason=why)
    return handover


def expire_handovers(*, actor: Actor, at: datetime) -> int:
    """End what was not signed in time: the things are in stock for everybody again (G-7)."""
    require(actor, HANDOVER_PREPARE)
    count = 0
    for key in _waiting().filter(expires_at__lte=at).values_list("id", flat=True)[:BATCH]:
        with act(actor, at) as doing:
            handover = _taken(_waiting().filter(id=key, expires_at__lte=at))
            if handover is None:
                continue
            move(handover, "expire", doing, closing_reason="It was not signed in time.")
            doing.record("lifecycle.handover.expired", handover)
            tell(handover, "expired", doing)
            for person in people_with_role(Role.ITMD_ADMIN, at):
                tell(handover, "expired-staff", doing, to=person)
            count += 1
    return count


def remind_holders(*, actor: Actor, at: datetime) -> int:
    """Ask once, half-way, after what waits for a signature (S-2)."""
    require(actor, HANDOVER_PREPARE)
    due = _waiting().filter(remind_at__lte=at, expires_at__gt=at)
    count = 0
    for key in due.values_list("id", flat=True)[:BATCH]:
        with act(actor, at) as doing:
            handover = _taken(due.filter(id=key))
            if handover is None:
                continue
            Handover.objects.filter(id=key).update(remind_at=None)
            doing.record("lifecycle.handover.reminded", handover)
            tell(handover, "waiting", doing, link=address(handover, sign=True))
            count += 1
    return count


def _waiting() -> QuerySet[Handover]:
    return Handover.objects.filter(state=HandoverState.PREPARED.value)


def _taken(rows: QuerySet[Handover]) -> Handover | None:
    """The row, unless another worker has it in hand."""
    return (
        rows.select_for_update(skip_locked=True, of=("self",))
        .select_related("holder", "department")
        .first()
    )
