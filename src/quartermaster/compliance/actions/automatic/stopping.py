"""Stopping: one rule or all that acts by itself, by anybody at ITMD; nothing is lost by it."""

from datetime import datetime
from uuid import UUID

from quartermaster.compliance.actions.automatic.moving import move_rule, stand_still, the_rule
from quartermaster.compliance.actions.automatic.telling import tell_everybody, tell_staff
from quartermaster.compliance.models import ActionRule, ActionStop
from quartermaster.compliance.permits import AUTOMATIC_STOP
from quartermaster.compliance.rules.automatic import Cause
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import stops

SHORTEST_REASON = 3


def stop_rule(*, rule_id: UUID, reason: str, actor: Actor, at: datetime) -> ActionRule:
    """Stop a rule; what waits stays, and another than its author lets it go on (G-10)."""
    require(actor, AUTOMATIC_STOP)
    why = _reason(reason)
    with act(actor, at) as doing:
        rule = the_rule(rule_id)
        pull_the_brake(rule, Cause.PERSON, f"{actor.label}: {why}", doing)
    return rule


def pull_the_brake(rule: ActionRule, cause: Cause, note: str, doing: Act) -> None:
    """Have a rule stand still, and tell who can look at it and who has to know."""
    move_rule(rule, "stop", doing.at)
    stand_still(rule, cause, note, doing)
    doing.record("compliance.automatic.stopped", rule, cause=cause.value, note=note[:300])
    tell_staff(rule, "stopped", note, doing)


def stop_everything(*, reason: str, actor: Actor, at: datetime) -> ActionStop:
    """Have all rules stand still at once; nothing that waits is lost (G-10)."""
    require(actor, AUTOMATIC_STOP)
    why = _reason(reason)
    with act(actor, at) as doing:
        made = hold_everything(why, doing)
        if made is None:
            raise Conflict("Everything stands still already.")
    return made


@stops.register
def stand_with_destruction(reason: str, doing: Act) -> None:
    """When all that destroys is stopped, what acts by itself stands still with it."""
    hold_everything(reason, doing)


def hold_everything(reason: str, doing: Act) -> ActionStop | None:
    made = stand_still(None, Cause.PERSON, f"{doing.actor.label}: {reason}", doing)
    if made is not None:
        doing.record("compliance.automatic.everything-stopped", made, reason=reason[:300])
        tell_everybody(made, "stopped", made.note, doing)
    return made


def _reason(reason: str) -> str:
    why = reason.strip()[:400]
    if len(why) < SHORTEST_REASON:
        raise InvalidInput("Say why in a word or two.", field="reason")
    return why
