"""The one module that has a command built which destroys.

What is due is released here and nowhere else: under one lock for the whole installation, after
the two people, the holds and the limits were looked at again in the same transaction in which the
commands are made. `mdm.leave` and triggers of the database look once more, each by itself.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import F

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.outbox import pause
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import system
from quartermaster.mdm import holds, leave
from quartermaster.mdm.abilities import CanDestroy
from quartermaster.mdm.actions.commands import COMMAND_LIFE, queue_released
from quartermaster.mdm.actions.destruction.common import (
    limits,
    move,
    move_target,
    targets_of,
    why_not_stand,
    withdraw_pending,
)
from quartermaster.mdm.actions.destruction.telling import tell_staff
from quartermaster.mdm.actions.escrow import keep_secret
from quartermaster.mdm.actions.invite import CHALLENGE_LIFE, invite
from quartermaster.mdm.driver import Performance, driver_named
from quartermaster.mdm.models import (
    DestructiveApproval,
    DestructiveRequest,
    DestructiveTarget,
    Enrolment,
)
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.rules.destruction import (
    DAY,
    HOUR,
    LOOK_AGAIN,
    OPEN_FOR,
    REMIND_EVERY,
    Kind,
    RequestState,
    Spent,
    tripped,
)
from quartermaster.mdm.states import EnrolmentState

log = structlog.get_logger(__name__)

HOUSE = system("destructive requests")
RETURN = "return_to_service"
_BREAKER = 0x5155_4252  # one release at a time, so that the limits are counted exactly


def release_due(at: datetime, limit: int = 200) -> int:
    """Release what was approved and has waited, each in a transaction of its own (G-10)."""
    tried: set[UUID] = set()
    for _ in range(limit):
        due = DestructiveRequest.objects.filter(
            state__in=[RequestState.WAITING, RequestState.BLOCKED], due_at__lte=at
        )
        key = due.exclude(id__in=tried).order_by("due_at", "id").values_list("id", flat=True)
        found = key.first()
        if found is None:
            break
        tried.add(found)
        try:
            _release(found, at)
        except Exception:
            log.exception("mdm.release-failed", request=str(found))
            _put_off(found, at)
    return len(tried)


def _put_off(key: UUID, at: datetime) -> None:
    attempts = DestructiveRequest.objects.values_list("attempts", flat=True).get(id=key) + 1
    DestructiveRequest.objects.filter(id=key, due_at__lte=at).update(
        attempts=F("attempts") + 1, due_at=at + pause(attempts)
    )


def _release(key: UUID, at: datetime) -> None:
    with act(HOUSE, at) as doing:
        rows = DestructiveRequest.objects.select_for_update(skip_locked=True, of=("self",))
        request = rows.select_related("requester").filter(id=key, due_at__lte=at).first()
        if request is None:
            return  # another worker has it
        take_turn(_BREAKER)
        holds.keep_holds_still()
        approval = leave.agreed(request)
        if approval is None:
            _give_up(request, "stop", "tampered", "It is not as two people agreed to it.", doing)
        elif approval.approved_at + OPEN_FOR <= at:
            _give_up(request, "expire", "expired", "It could not be sent within a day.", doing)
        elif problem := why_not_stand(request, approval, at):
            _give_up(request, "stop", "stopped", problem, doing)
        elif problem := _over_limits(request, approval, at):
            _block(request, problem, doing)
        else:
            _send(request, doing)


def _give_up(request: DestructiveRequest, verb: str, occasion: str, why: str, doing: Act) -> None:
    withdraw_pending(request, why, doing.at)
    move(request, verb, closed_at=doing.at, due_at=None, note=why[:500])
    doing.record(f"mdm.destruction.{occasion}", request, reason=why)
    tell_staff(request, occasion, doing)


def _over_limits(request: DestructiveRequest, approval: DestructiveApproval, at: datetime) -> str:
    """Which limit this would pass, counted under the lock; empty: none."""
    count = request.targets.count()
    if not count:
        return ""
    gone = DestructiveTarget.objects.filter(released_at__gt=at - DAY)
    lately = gone.filter(released_at__gt=at - HOUR)
    spent = Spent(
        requester=lately.filter(request__requester=request.requester_id).count(),
        approver=lately.filter(request__approval__approver=approval.approver_id).count(),
        fleet=gone.count(),
    )
    enrolled = Enrolment.objects.filter(state=EnrolmentState.ENROLLED).count()
    raised = _raised(approval.approver_id, at)
    return tripped(limits(), spent, count=count, enrolled=enrolled, raised=raised)


def _raised(approver_id: UUID, at: datetime) -> int:
    """By how much the limits are raised for what this person approved.

    A raise by the very person who approves would be no third pair of eyes, so it does not count.
    """
    rows = DestructiveRequest.objects.filter(
        kind=Kind.RAISE, state=RequestState.CONFIRMED, released_at__gt=at - DAY
    ).select_related("approval")
    apart = [
        item
        for item in rows
        if approver_id not in {item.requester_id, item.approval.approver_id}
        and leave.agreed(item) is not None
        and item.released_at is not None
        and item.released_at + int(item.arguments["hours"]) * HOUR > at
    ]
    return max((int(item.arguments["extra"]) for item in apart), default=0)


def _block(request: DestructiveRequest, why: str, doing: Act) -> None:
    fresh = request.state == RequestState.WAITING
    if fresh:
        move(request, "block", due_at=doing.at + LOOK_AGAIN, note=why[:500])
        doing.record("mdm.destruction.blocked", request, reason=why)
        tell_staff(request, "blocked", doing)
    else:
        DestructiveRequest.objects.filter(id=request.id).update(due_at=doing.at + LOOK_AGAIN)


def _send(request: DestructiveRequest, doing: Act) -> None:
    if request.state == RequestState.BLOCKED:
        move(request, "resume", note="")
    move(request, "release", released_at=doing.at, due_at=None)
    if request.kind == Kind.RAISE:
        move(request, "confirm", closed_at=doing.at)
        doing.record("mdm.destruction.limits-raised", request, **request.arguments)
        tell_staff(request, "confirmed", doing)
        return
    sent = [item for item in targets_of(request) if _build(request, item, doing)]
    doing.record(
        "mdm.destruction.released",
        request,
        devices=[item.enrolment.device.asset_tag for item in sent],
    )
    if sent:
        tell_staff(request, "released", doing)
    else:
        note = "No device could be sent it any longer."
        move(request, "stop", closed_at=doing.at, due_at=None, note=note)
        tell_staff(request, "stopped", doing)


def _build(request: DestructiveRequest, target: DestructiveTarget, doing: Act) -> bool:
    """Make the command for one device, if it still is as it was; whether it was made."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(id=target.enrolment_id)
    problem = _why_not_now(request, enrolment, doing.at)
    if problem:
        move_target(target, "withdraw", settled_at=doing.at, outcome=problem[:300])
        return False
    move_target(target, "release", released_at=doing.at, remind_at=doing.at + REMIND_EVERY)
    try:
        with act(doing.actor, doing.at):
            made, life = _performance(request, target, enrolment, doing.at)
            for kind, value in made.keep.items():
                keep_secret(
                    device_id=enrolment.device_id,
                    kind=kind,
                    value=value,
                    actor=doing.actor,
                    at=doing.at,
                )
            (order,) = made.orders
            queue_released(
                target=target,
                enrolment=enrolment,
                order=order,
                reason=request.reason,
                expires_at=doing.at + life,
                doing=doing,
            )
    except HouseError as problem_now:
        move_target(target, "withdraw", settled_at=doing.at, outcome=problem_now.message[:300])
        return False
    return True


def _why_not_now(request: DestructiveRequest, enrolment: Enrolment, at: datetime) -> str:
    device = enrolment.device
    if enrolment.state != EnrolmentState.ENROLLED:
        return "The enrolment that this was for has ended."
    if held := holds.hold_on(device, at, but=request.approval.holds):
        return held
    driver = driver_named(enrolment.driver)
    if not isinstance(driver, CanDestroy):
        return "This platform cannot do it."
    return driver.why_not_destroy(request.kind, context_of(device), request.arguments)


def _performance(
    request: DestructiveRequest, target: DestructiveTarget, enrolment: Enrolment, at: datetime
) -> tuple[Performance, timedelta]:
    """What the driver makes of it, with a leave for this one device; and how long it may wait."""
    driver = driver_named(enrolment.driver)
    assert isinstance(driver, CanDestroy)
    back, life = "", COMMAND_LIFE
    if request.arguments.get(RETURN):
        # what lets the device back in lives an hour, so the command must not wait for longer
        back = invite(device=enrolment.device, actor=HOUSE, at=at).token
        life = CHALLENGE_LIFE - timedelta(minutes=10)
    allowed = leave.issue(target.id)
    made = driver.destroy(allowed, context_of(enrolment.device), request.arguments, back, at)
    return made, life


def expire_requests(at: datetime) -> int:
    """Let requests expire that no second person decided in time (G-10)."""
    rows = DestructiveRequest.objects.filter(state=RequestState.REQUESTED, due_at__lte=at)
    keys: Sequence[UUID] = list(rows.values_list("id", flat=True)[:200])
    for key in keys:
        with act(HOUSE, at) as doing:
            claimed = DestructiveRequest.objects.select_for_update(skip_locked=True).filter(
                id=key, state=RequestState.REQUESTED
            )
            if request := claimed.first():
                why = "No second person decided within a day."
                _give_up(request, "expire", "expired", why, doing)
    return len(keys)
