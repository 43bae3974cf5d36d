"""Releasing a hold: everybody is told, and who released it why is kept."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.holds.people import let_go
from quartermaster.records.holds import hold_for_update, live_keepers
from quartermaster.records.models import Hold
from quartermaster.records.permits import HOLD_MANAGE
from quartermaster.records.rules.holds import (
    HOLD,
    LONGEST_REASON,
    SHORTEST_REASON,
    HoldState,
    said,
)


def release_hold(*, hold_id: UUID, reason: str, actor: Actor, at: datetime) -> Hold:
    """Release a hold, with a reason; everybody under it is told (G-2).

    Another hold on the same person or device goes on.
    """
    require(actor, HOLD_MANAGE)
    why = said(reason, "reason", LONGEST_REASON, SHORTEST_REASON)
    with act(actor, at) as doing:
        hold = hold_for_update(hold_id)
        step = HOLD.transitions["release"]
        HOLD.target("release", HoldState(hold.state))
        keepers = live_keepers().filter(hold=hold).select_related("person", "terms", "hold")
        for keeper in keepers.select_for_update(of=("self",)).order_by("id"):
            let_go(keeper, why, doing)
        rows = Hold.objects.filter(id=hold.id, state__in=sorted(step.sources))
        changed = rows.update(
            state=step.target,
            released_at=at,
            released_by_id=actor.person_id,
            release_reason=why,
        )
        if changed != 1:
            raise Conflict("The hold changed at the same time; look at it again.")
        hold.refresh_from_db()
        doing.record("records.hold.released", hold, number=hold.number)
    return hold
