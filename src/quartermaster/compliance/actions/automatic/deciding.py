"""The second person: switches a rule on, and lets it go on after it was stopped."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from quartermaster.compliance import automatic, planning
from quartermaster.compliance.actions.automatic.moving import (
    end_stand_still,
    move_rule,
    person_of,
    reason_of,
    the_rule,
)
from quartermaster.compliance.actions.automatic.telling import tell_everybody, tell_staff
from quartermaster.compliance.models import ActionRule, ActionStop, RuleApproval, RuleVersion
from quartermaster.compliance.permits import AUTOMATIC_APPROVE
from quartermaster.compliance.rules.automatic import RULE, RuleState, approving, going_on
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.accounts import Proof, require_proof, why_unsettled


def approve_rule(
    *,
    rule_id: UUID,
    shown: str,
    reason: str,
    proof: Proof | None,
    actor: Actor,
    at: datetime,
) -> ActionRule:
    """Switch a tried rule on, as the second person who saw its plan (G-10).

    Args:
        rule_id: the rule.
        shown: the digest of the plan that the person saw.
        reason: why, for the ledger.
        proof: that the person typed their password for exactly this.
        actor: the second person.
        at: when.

    Raises:
        Refused: no permit, the author themselves, or not settled in the role.
        ProofNeeded: the password was not typed for this very version within five minutes.
        Conflict: the rule is not tried at present, or its plan changed since it was shown.
    """
    require(actor, AUTOMATIC_APPROVE)
    person, why = person_of(actor), reason_of(reason)
    with act(actor, at) as doing:
        rule = the_rule(rule_id)
        RULE.target("approve", RuleState(rule.state))
        version = _seen(rule, actor, at)
        given = require_proof(
            proof, actor=actor, purpose=approving(version.id, version.digest), at=at
        )
        _require_same_plan(rule, version, shown, at)
        RuleApproval.objects.create(
            version=version,
            approver_id=person,
            reason=why,
            digest=version.digest,
            proved_at=given.at,
            approved_at=at,
            sealed_proof=given.sealed,
        )
        move_rule(rule, "approve", at)
        doing.record(
            "compliance.automatic.approved", rule, digest=version.digest, plan=shown, reason=why
        )
        tell_staff(rule, "approved", why, doing)
    return rule


def go_on(
    *,
    rule_id: UUID,
    shown: str,
    reason: str,
    proof: Proof | None,
    actor: Actor,
    at: datetime,
) -> ActionRule:
    """Let a stopped rule go on, as another than its author, having looked at the plan (G-10).

    Raises:
        Refused: no permit, the author themselves, or not settled in the role.
        ProofNeeded: the password was not typed for this very stop within five minutes.
        Conflict: the rule does not stand still, or its plan changed since it was shown.
    """
    require(actor, AUTOMATIC_APPROVE)
    person_of(actor)
    why = reason_of(reason)
    with act(actor, at) as doing:
        rule = the_rule(rule_id)
        RULE.target("go on", RuleState(rule.state))
        version = _seen(rule, actor, at)
        stop = automatic.stop_of(rule)
        if stop is None:
            raise Conflict("The rule does not stand still.")
        require_proof(proof, actor=actor, purpose=going_on(stop.id), at=at)
        _require_same_plan(rule, version, shown, at)
        end_stand_still(stop, why, doing)
        move_rule(rule, "go on", at, looked_at=at)
        doing.record("compliance.automatic.went-on", rule, plan=shown, reason=why)
        tell_staff(rule, "went-on", why, doing)
    return rule


def let_everything_go_on(
    *, reason: str, proof: Proof | None, actor: Actor, at: datetime
) -> ActionStop:
    """End the stand-still of all that acts by itself, as another than who began it (G-10)."""
    require(actor, AUTOMATIC_APPROVE)
    person, why = person_of(actor), reason_of(reason)
    with act(actor, at) as doing:
        stop = automatic.everything_stopped()
        if stop is None:
            raise Conflict("Nothing stands still.")
        if stop.stopped_by_id == person:
            raise Refused("Somebody other than who stopped everything lets it go on.")
        _require_settled(actor, at)
        require_proof(proof, actor=actor, purpose=going_on(stop.id), at=at)
        end_stand_still(stop, why, doing)
        stop.refresh_from_db()
        doing.record("compliance.automatic.everything-goes-on", stop, reason=why)
        tell_everybody(stop, "goes-on", why, doing)
    return stop


def _seen(rule: ActionRule, actor: Actor, at: datetime) -> RuleVersion:
    """The version that a second person looks at, if this person can be one."""
    version = rule.current
    assert version is not None  # it is set with the first version
    if version.author_id == actor.person_id:
        raise Refused("Somebody other than who wrote the rule must look at it.")
    _require_settled(actor, at)
    return version


def _require_settled(actor: Actor, at: datetime) -> None:
    since = at - timedelta(hours=settings.ERASE_SETTLED_HOURS)
    problem = why_unsettled(person_of(actor), sorted(AUTOMATIC_APPROVE.given), since, at)
    if problem:
        raise Refused(f"{actor.label} cannot be the second person: {problem}")


def _require_same_plan(rule: ActionRule, version: RuleVersion, shown: str, at: datetime) -> None:
    if planning.plan_of(rule, version, at).digest != shown:
        raise Conflict("The plan changed since you looked at it; look at it again.")
