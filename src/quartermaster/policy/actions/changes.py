"""Applying a plan: exactly what was shown, in one act; what destroys waits for a second person."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings as installation

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.accounts import Proof, require_proof, why_unsettled
from quartermaster.policy import queries
from quartermaster.policy.errors import PlanOutOfDate, PlanRefused
from quartermaster.policy.events import RequirementsChanged
from quartermaster.policy.models import Adoption, CityRequirements, Overlay, RequirementChange
from quartermaster.policy.permits import (
    ADOPTION_SET,
    CHANGE_CONFIRM,
    OVERLAY_SET,
    REQUIREMENTS_SET,
)
from quartermaster.policy.plan import Plan, Proposal, read_proposal
from quartermaster.policy.requirements import plain_settings
from quartermaster.policy.rules.requirements import CHANGE, ChangeState

_LOCK = 0x5155_5043  # one change of requirements at a time, held until the transaction ends


def apply_proposal(
    *, proposal: Proposal, digest: str, reason: str = "", actor: Actor, at: datetime
) -> RequirementChange:
    """Apply the plan with this digest; a destructive one then waits for another admin (C-5)."""
    with act(actor, at) as doing:
        _one_at_a_time()
        plan = queries.plan(proposal)
        _require_all(actor, plan)
        _check(plan, digest)
        waits = plan.destructive
        if RequirementChange.objects.filter(digest=digest, state=ChangeState.PENDING).exists():
            raise Conflict("This very change waits for a second person already.")
        if waits and actor.person_id is None:
            raise Refused(
                "This change lets devices erase themselves, so two people must stand for it:"
                " say who asks for it."
            )
        change = RequirementChange.objects.create(
            state=ChangeState.PENDING if waits else ChangeState.APPLIED,
            digest=plan.digest,
            proposal=proposal.plain(),
            effects=plan.plain()["changes"],
            destructive=waits,
            reason=reason.strip()[:500],
            requested_by_id=actor.person_id,
            requested_label=actor.label,
            requested_at=at,
            decided_at=None if waits else at,
        )
        if waits:
            doing.record("policy.requirements.change-requested", change, **_facts(plan))
        else:
            _write(doing, plan, change)
    return change


def purpose_of(change: RequirementChange) -> str:
    """What the second person proves anew who they are for."""
    return f"policy.confirm/{change.id}/{change.digest}"


def confirm_change(
    *, change_id: UUID, proof: Proof | None, actor: Actor, at: datetime
) -> RequirementChange:
    """Confirm, as a second person, a change that lets devices erase themselves (G-10).

    Raises:
        Refused: the actor asked for it, or is not settled in the role.
        ProofNeeded: the password was not typed for this very change within five minutes.
    """
    with act(actor, at) as doing:
        require(actor, CHANGE_CONFIRM)
        _one_at_a_time()
        change = _pending(change_id)
        if actor.person_id is None or change.requested_by_id == actor.person_id:
            raise Refused("Somebody other than who asked for this change must confirm it.")
        require_proof(proof, actor=actor, purpose=purpose_of(change), at=at)
        since = at - timedelta(hours=installation.ERASE_SETTLED_HOURS)
        problem = why_unsettled(actor.person_id, sorted(CHANGE_CONFIRM.given), since, at)
        if problem:
            raise Refused(f"{actor.label} cannot confirm this: {problem}")
        plan = queries.plan(read_proposal(change.proposal))
        _check(plan, change.digest)
        _decide(change, "confirm", actor, at)
        _write(doing, plan, change)
    return change


def decline_change(*, change_id: UUID, actor: Actor, at: datetime) -> RequirementChange:
    """Decline a change that waits for a second person (G-10)."""
    with act(actor, at) as doing:
        require(actor, CHANGE_CONFIRM)
        change = _decide(_pending(change_id), "decline", actor, at)
        doing.record("policy.requirements.change-declined", change)
    return change


def withdraw_change(*, change_id: UUID, actor: Actor, at: datetime) -> RequirementChange:
    """Take back a change that one asked for and that still waits (G-10)."""
    with act(actor, at) as doing:
        change = _pending(change_id)
        if actor.person_id is None or change.requested_by_id != actor.person_id:
            require(actor, REQUIREMENTS_SET)
        _decide(change, "withdraw", actor, at)
        doing.record("policy.requirements.change-withdrawn", change)
    return change


def _one_at_a_time() -> None:
    take_turn(_LOCK)


def _require_all(actor: Actor, plan: Plan) -> None:
    """The actor may change every document that the plan changes."""
    before, after = plan.before, plan.after
    if before.city != after.city:
        require(actor, REQUIREMENTS_SET)
    for key in {*before.overlays, *after.overlays}:
        if before.overlays.get(key) != after.overlays.get(key):
            require(actor, OVERLAY_SET, department_id=key)
    for key in {*before.adoptions, *after.adoptions}:
        if before.adoptions.get(key) != after.adoptions.get(key):
            require(actor, ADOPTION_SET, department_id=key)


def _check(plan: Plan, digest: str) -> None:
    if plan.digest != digest:
        raise PlanOutOfDate(
            "Something changed since this plan was made. Make the plan again and look at it again."
        )
    if plan.refusals:
        raise PlanRefused(" ".join(item.reason for item in plan.refusals))
    if not plan.pending:
        raise Conflict("Nothing would change: the requirements stand as proposed already.")


def _pending(change_id: UUID) -> RequirementChange:
    change = RequirementChange.objects.filter(id=change_id).first()
    if change is None:
        raise NotFound("There is no such change of requirements.")
    return change


def _decide(change: RequirementChange, verb: str, actor: Actor, at: datetime) -> RequirementChange:
    target = CHANGE.target(verb, ChangeState(change.state))
    moved = RequirementChange.objects.filter(id=change.id, state=change.state).update(
        state=target, decided_by_id=actor.person_id, decided_at=at
    )
    if moved != 1:
        raise Conflict("Somebody else decided this change just now; look at it again.")
    change.refresh_from_db()
    return change


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "digest": plan.digest,
        "proposal": plan.proposal.plain(),
        "departments": len(plan.department_ids),
    }


def _write(doing: Act, plan: Plan, change: RequirementChange) -> None:
    """Make the rows what the plan says they shall be."""
    for ownership, settings in plan.proposal.city.items():
        CityRequirements.objects.update_or_create(
            ownership=ownership,
            defaults={"settings": plain_settings(settings), "changed_at": doing.at},
        )
    by_code = {place.code: place.id for place in plan.after.places.values()}
    for code in plan.proposal.overlays:
        _write_overlay(by_code[code], plan, doing.at)
    for code in plan.proposal.adoptions:
        _write_adoption(by_code[code], plan, doing.at)
    doing.record("policy.requirements.changed", change, **_facts(plan))
    if plan.department_ids:
        doing.emit(RequirementsChanged(department_ids=_affected(plan)))


def _affected(plan: Plan) -> tuple[UUID, ...]:
    """The departments concerned; none named when it is all of them."""
    everywhere = set(plan.department_ids) == set(plan.after.places)
    return () if everywhere else plan.department_ids


def _write_overlay(department_id: UUID, plan: Plan, at: datetime) -> None:
    sections = plan.after.overlays.get(department_id, {})
    Overlay.objects.filter(department_id=department_id).exclude(ownership__in=sections).delete()
    for ownership, settings in sections.items():
        if plan.before.overlays.get(department_id, {}).get(ownership) != settings:
            Overlay.objects.update_or_create(
                department_id=department_id,
                ownership=ownership,
                defaults={"settings": plain_settings(settings), "changed_at": at},
            )


def _write_adoption(department_id: UUID, plan: Plan, at: datetime) -> None:
    terms = plan.after.adoptions.get(department_id)
    if terms is None:
        Adoption.objects.filter(department_id=department_id).delete()
    elif plan.before.adoptions.get(department_id) != terms:
        plain = terms.plain()
        Adoption.objects.update_or_create(
            department_id=department_id,
            defaults={
                "clauses": plain["clauses"],
                "settings": plain["settings"],
                "decided_on": terms.decided_on,
                "decided_by": queries.author_of(terms),
                "changed_at": at,
            },
        )
