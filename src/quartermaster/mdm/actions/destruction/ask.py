"""Asking that something be destroyed: what, of whom, why, and what that removes in plain words."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import holds, permits
from quartermaster.mdm.abilities import CanDestroy
from quartermaster.mdm.actions.destruction.telling import tell_staff
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.errors import NotPossible, OnHold
from quartermaster.mdm.events import DestructionRequested
from quartermaster.mdm.models import DestructiveRequest, DestructiveTarget, Enrolment
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.rules import destruction as rules
from quartermaster.mdm.rules.destruction import Kind, RequestState, TargetState
from quartermaster.mdm.states import EnrolmentState


def request_destruction(
    *,
    kind: Kind,
    enrolments: Sequence[Enrolment],
    arguments: Mapping[str, str] | None = None,
    reason: str,
    despite_hold: bool = False,
    actor: Actor,
    at: datetime,
) -> DestructiveRequest:
    """Ask that devices be erased, or their management removed; nothing is sent yet (G-10, G-11).

    With ``despite_hold`` the second person is the records custodian, and nobody else.

    Raises:
        NotPossible: a device cannot be treated so; the sentence says why.
        OnHold: something must stay as it is.
        InvalidInput: no reason, no device, too many, or arguments that nobody knows.
        Conflict: a device is not enrolled, or waits for this already.
    """
    if kind is Kind.RAISE:
        raise InvalidInput("Limits are raised without naming devices.")
    if not 1 <= len({item.id for item in enrolments}) == len(enrolments) <= rules.MOST_TARGETS:
        raise InvalidInput(f"Name between 1 and {rules.MOST_TARGETS} devices, each once.")
    _require_permitted(actor, enrolments)
    why = _reason(reason)
    said = {name: value for name, value in sorted((arguments or {}).items()) if value}
    removes: dict[str, None] = {}
    for enrolment in enrolments:
        for sentence in _possible(enrolment, kind, said):
            removes[sentence] = None
    held = _held(enrolments, at)
    if held and not despite_hold:
        raise OnHold(f"{held} Lock it or switch lost mode on instead.")
    if despite_hold and not held:
        raise NotPossible("Nothing of this is under a hold. Ask for it in the usual way.")
    removed = "\n".join(removes)
    return _make(
        kind, enrolments, said, why, removed, despite_hold=despite_hold, actor=actor, at=at
    )


def request_raise(
    *, extra: int, hours: int, reason: str, actor: Actor, at: datetime
) -> DestructiveRequest:
    """Ask that more devices than the limits allow may go, for some hours (G-10)."""
    require(actor, permits.DESTRUCTION_REQUEST)
    if not 1 <= extra <= rules.MOST_RAISED:
        raise InvalidInput(f"Between 1 and {rules.MOST_RAISED} devices more.", field="extra")
    if not 1 <= hours <= rules.LONGEST_RAISE_HOURS:
        raise InvalidInput(f"For {rules.LONGEST_RAISE_HOURS} hours at most.", field="hours")
    said = {"extra": extra, "hours": hours}
    statement = (
        f"For {hours} hours, {extra} devices more than the limits may be erased or removed,"
        " each still by two people. Who asks for this or approves it cannot approve those."
    )
    return _make(Kind.RAISE, (), said, _reason(reason), statement, actor=actor, at=at)


def _require_permitted(actor: Actor, enrolments: Sequence[Enrolment]) -> None:
    for enrolment in enrolments:
        device = enrolment.device
        require(
            actor,
            permits.DESTRUCTION_REQUEST,
            person_id=device.holder_id,
            department_id=device.department_id,
        )


def _reason(reason: str) -> str:
    why = reason.strip()
    if not rules.SHORTEST_REASON <= len(why) <= rules.LONGEST_REASON:
        raise InvalidInput(
            f"Say why, in {rules.SHORTEST_REASON} to {rules.LONGEST_REASON} letters;"
            " the second person reads it, and it is kept.",
            field="reason",
        )
    return why


def _held(enrolments: Sequence[Enrolment], at: datetime) -> str:
    """Which device must stay as it is, as a sentence; empty: none."""
    for enrolment in enrolments:
        if said := holds.hold_on(enrolment.device, at):
            return f"{enrolment.device.asset_tag}: {said}"
    return ""


def _possible(enrolment: Enrolment, kind: Kind, said: Mapping[str, str]) -> tuple[str, ...]:
    """What is removed from a device that can be treated so."""
    device = enrolment.device
    if enrolment.state != EnrolmentState.ENROLLED:
        raise Conflict(f"{device.asset_tag} is not enrolled; nothing can be sent to it.")
    driver = driver_named(enrolment.driver)
    if not isinstance(driver, CanDestroy):
        raise NotPossible(f"{device.asset_tag}: this platform cannot do it.")
    context = context_of(device)
    problem = driver.why_not_destroy(kind, context, said)
    if problem:
        raise NotPossible(f"{device.asset_tag}: {problem}")
    return driver.removes(kind, context, said)


def _make(
    kind: Kind,
    enrolments: Sequence[Enrolment],
    said: Mapping[str, object],
    reason: str,
    statement: str,
    *,
    despite_hold: bool = False,
    actor: Actor,
    at: datetime,
) -> DestructiveRequest:
    if actor.person_id is None:
        raise Refused("Two people stand for this, so say who asks: the house itself cannot.")
    waiting = DestructiveRequest.objects.filter(
        requester_id=actor.person_id, state=RequestState.REQUESTED
    )
    if waiting.count() >= rules.MOST_OPEN:
        raise Conflict(
            f"{rules.MOST_OPEN} requests of yours wait for a second person; let those be decided."
        )
    with act(actor, at) as doing:
        key = new_id()
        _require_none_open(enrolments)
        request = DestructiveRequest.objects.create(
            id=key,
            kind=kind,
            arguments=dict(said),
            reason=reason,
            statement=statement,
            despite_hold=despite_hold,
            requester_id=actor.person_id,
            requested_at=at,
            due_at=at + rules.OPEN_FOR,
            digest=rules.digest_of(
                request_id=key,
                kind=kind,
                requester_id=actor.person_id,
                enrolment_ids=[item.id for item in enrolments],
                arguments=said,
                reason=reason,
                statement=statement,
                despite_hold=despite_hold,
            ),
        )
        DestructiveTarget.objects.bulk_create(
            DestructiveTarget(request=request, enrolment=item) for item in enrolments
        )
        doing.record(
            "mdm.destruction.requested",
            request,
            kind=kind.value,
            devices=[item.device.asset_tag for item in enrolments],
            digest=request.digest,
            reason=reason,
            despite_hold=despite_hold,
        )
        doing.emit(DestructionRequested(request_id=request.id, kind=kind.value))
        tell_staff(request, "requested", doing)
    return request


def _require_none_open(enrolments: Sequence[Enrolment]) -> None:
    taken = DestructiveTarget.objects.select_related("enrolment__device").filter(
        enrolment__in=[item.id for item in enrolments],
        state__in=[TargetState.PENDING, TargetState.RELEASED],
    )
    if found := taken.first():
        raise Conflict(f"{found.enrolment.device.asset_tag} waits for such a request already.")
