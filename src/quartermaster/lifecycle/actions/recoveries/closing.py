"""Closing a recovery: when nothing is owed any longer, and no sooner."""

from datetime import datetime

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.recoveries.moving import move, permitted
from quartermaster.lifecycle.models import Recovery, RecoveryCharge, RecoveryItem
from quartermaster.lifecycle.recovery_events import RecoveryClosed
from quartermaster.lifecycle.recovery_permits import RECOVERY_KEEP, RECOVERY_MANAGE
from quartermaster.lifecycle.rules.recoveries import BEGUN, STILL_OWED

ALL_BACK = "All is back, paid or let go."


def close(*, recovery: Recovery, reason: str, actor: Actor, at: datetime) -> Recovery:
    """Close a recovery of which nothing is owed any longer (C-4)."""
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_MANAGE, recovery)
        why = said(reason, "Say how it ended")
        Recovery.objects.select_for_update(of=("self",)).get(id=recovery.id)
        left = [str(thing) for thing in owed_of(recovery)]
        if left:
            raise Conflict(f"Still owed: {'; '.join(left[:5])}.")
        move(recovery, "close", closed_at=at, closing_reason=why)
        recovery.steps.filter(done_at=None).update(done_at=at, outcome="Not needed any longer.")
        doing.record("lifecycle.recovery.closed", recovery, reason=why)
        doing.emit(RecoveryClosed(recovery.id, recovery.person_id))
    return recovery


def close_settled(*, actor: Actor, at: datetime) -> int:
    """Close by the clock what is settled to the last thing; how many (C-4)."""
    require(actor, RECOVERY_KEEP)
    things = RecoveryItem.objects.filter(state__in=STILL_OWED).values("recovery_id")
    charges = RecoveryCharge.objects.filter(state__in=STILL_OWED).values("recovery_id")
    live = Recovery.objects.filter(state__in=BEGUN)
    live = live.exclude(id__in=things).exclude(id__in=charges)
    # whose notice is not out has just been opened: the list is still to be read
    waiting = Recovery.objects.filter(steps__kind="notice", steps__done_at=None)
    closed = 0
    for recovery in live.exclude(id__in=waiting.values("id")).select_related("person")[:200]:
        close(recovery=recovery, reason=ALL_BACK, actor=actor, at=at)
        closed += 1
    return closed


def owed_of(recovery: Recovery) -> list[RecoveryItem | RecoveryCharge]:
    """What is still owed, things before charges."""
    return [
        *RecoveryItem.objects.filter(recovery=recovery, state__in=STILL_OWED),
        *RecoveryCharge.objects.filter(recovery=recovery, state__in=STILL_OWED),
    ]
