"""What the verbs on rules and acts share: one row, conditionally, and why a person does it."""

from datetime import datetime
from uuid import UUID

from quartermaster.compliance.models import ActionRule, ActionStop, AutomaticAct
from quartermaster.compliance.rules.automatic import ACT, RULE, ActState, Cause, RuleState
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.worded import values

SHORTEST_REASON, LONGEST_REASON = 8, 500


def the_rule(rule_id: UUID) -> ActionRule:
    """One rule, locked for a verb on it."""
    rows = ActionRule.objects.select_for_update(of=("self",)).select_related("current")
    found = rows.filter(id=rule_id).first()
    if found is None:
        raise NotFound("There is no such rule.")
    return found


def move_rule(rule: ActionRule, verb: str, at: datetime, **more: object) -> None:
    """Take a step with a rule; `Conflict` where it is not possible (any longer)."""
    step = RULE.transitions[verb]
    rows = ActionRule.objects.filter(id=rule.id, state__in=values(step.sources))
    if rows.update(state=step.target.value, changed_at=at, **more) != 1:
        rule.refresh_from_db()
        RULE.target(verb, RuleState(rule.state))
        raise Conflict("The rule changed at the same time; look at it again.")
    rule.refresh_from_db()


def move_act(item: AutomaticAct, verb: str, **more: object) -> None:
    """Take a step with one act; `Conflict` where it is not possible (any longer)."""
    step = ACT.transitions[verb]
    fields = {"due_at": None, **more, "state": step.target.value}
    rows = AutomaticAct.objects.filter(id=item.id, state__in=values(step.sources))
    if rows.update(**fields) != 1:
        item.refresh_from_db()
        ACT.target(verb, ActState(item.state))
        raise Conflict("This changed at the same time; look at it again.")
    item.refresh_from_db()


def pass_over(item: AutomaticAct, why: str, doing: Act) -> None:
    """Let go of an act that is not called for any longer."""
    move_act(item, "pass over", settled_at=doing.at, note=why[:500])
    doing.record("compliance.automatic.passed-over", item, reason=why[:300])


def stand_still(rule: ActionRule | None, cause: Cause, note: str, doing: Act) -> ActionStop | None:
    """Write down a stand-still; None where there is one already."""
    if ActionStop.objects.filter(rule=rule, ended_at=None).exists():
        return None
    return ActionStop.objects.create(
        rule=rule,
        cause=cause.value,
        note=note[:500],
        stopped_by_id=doing.actor.person_id,
        stopped_at=doing.at,
    )


def end_stand_still(stop: ActionStop, reason: str, doing: Act) -> None:
    """End a stand-still, once."""
    rows = ActionStop.objects.filter(id=stop.id, ended_at=None)
    fields = {"ended_by_id": doing.actor.person_id, "ended_at": doing.at, "ending_reason": reason}
    if rows.update(**fields) != 1:
        raise Conflict("Somebody ended it at this moment.")


def reason_of(said: str) -> str:
    """A reason that another person understands."""
    why = said.strip()
    if not SHORTEST_REASON <= len(why) <= LONGEST_REASON:
        raise InvalidInput(
            f"Say why, in {SHORTEST_REASON} to {LONGEST_REASON} letters; it is kept.",
            field="reason",
        )
    return why


def person_of(actor: Actor) -> UUID:
    """The person who acts: the house itself makes and approves no rule."""
    if actor.person_id is None:
        raise Refused("A person stands for this; the house itself cannot.")
    return actor.person_id
