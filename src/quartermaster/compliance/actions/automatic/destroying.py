"""What a rule proposes to destroy: one person asks for it, another approves it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from quartermaster.compliance import automatic, planning
from quartermaster.compliance.actions.automatic.moving import (
    move_act,
    pass_over,
    person_of,
    reason_of,
    the_rule,
)
from quartermaster.compliance.actions.automatic.performing import why_not_now
from quartermaster.compliance.models import AutomaticAct
from quartermaster.compliance.rules.automatic import Action, ActState
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import actions as mdm
from quartermaster.mdm.models import DestructiveRequest, Enrolment
from quartermaster.mdm.permits import DESTRUCTION_REQUEST
from quartermaster.mdm.queries import enrolment_now
from quartermaster.mdm.rules.destruction import MOST_TARGETS


def ask_for_proposals(
    *, rule_id: UUID, act_ids: Sequence[UUID], reason: str, actor: Actor, at: datetime
) -> DestructiveRequest | None:
    """Ask, as a person, for what a rule proposes; a second person still has to approve (G-10).

    What is not called for any longer is passed over. None where nothing is left to ask for.

    Raises:
        Conflict: everything stands still, or a device waits for such a request already.
    """
    require(actor, DESTRUCTION_REQUEST)
    person_of(actor)
    why = reason_of(reason)
    if not 1 <= len(set(act_ids)) <= MOST_TARGETS:
        raise InvalidInput(f"Name between 1 and {MOST_TARGETS} proposals.")
    with act(actor, at) as doing:
        if automatic.everything_stopped() is not None:
            raise Conflict("Everything that acts by itself stands still.")
        rule = the_rule(rule_id)
        found = _proposed(rule_id, act_ids)
        called_for = _called_for(found, doing)
        if not called_for:
            return None
        said = f"Rule “{rule.name}”, version {found[0].version.number}: {why}"
        request = mdm.request_destruction(
            kind=planning.KINDS[Action(found[0].action)],
            enrolments=[enrolment for _, enrolment in called_for],
            reason=said[:500],
            actor=actor,
            at=at,
        )
        for item, _ in called_for:
            move_act(item, "ask", request=request)
            doing.record("compliance.automatic.asked", item, request=str(request.id))
    return request


def decline_proposals(
    *, rule_id: UUID, act_ids: Sequence[UUID], reason: str, actor: Actor, at: datetime
) -> int:
    """Decline what a rule proposes; it does not propose it again for that finding (G-10)."""
    require(actor, DESTRUCTION_REQUEST)
    person_of(actor)
    why = reason_of(reason)
    with act(actor, at) as doing:
        found = _proposed(rule_id, act_ids)
        for item in found:
            move_act(item, "decline", settled_at=at, note=f"{actor.label}: {why}"[:500])
            doing.record("compliance.automatic.declined", item, reason=why[:300])
    return len(found)


def _proposed(rule_id: UUID, act_ids: Sequence[UUID]) -> list[AutomaticAct]:
    rows = AutomaticAct.objects.select_for_update(of=("self",)).filter(
        rule_id=rule_id, id__in=set(act_ids), state=ActState.PROPOSED.value
    )
    found = list(rows.select_related("version", "rule", "device", "finding").order_by("id"))
    if len(found) != len(set(act_ids)):
        raise NotFound("Not all of these are proposed at present; look at the rule again.")
    return found


def _called_for(found: Sequence[AutomaticAct], doing: Act) -> list[tuple[AutomaticAct, Enrolment]]:
    """Those that still are, judged anew; the others are passed over, with why."""
    chosen = []
    for item in found:
        problem = why_not_now(item, automatic.terms_of(item.version), doing.at)
        enrolment = enrolment_now(item.device_id)
        if problem or enrolment is None:
            pass_over(item, problem or "The device is not enrolled.", doing)
        else:
            chosen.append((item, enrolment))
    return chosen
