"""Looking for a device, and having it erased: two people, and its proof or none (G-10, G-11)."""

from datetime import datetime, timedelta

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle import erasing
from quartermaster.lifecycle.actions.losses.common import (
    change,
    end_step,
    move,
    open_step,
    require_missing,
    require_on,
    the_loss,
)
from quartermaster.lifecycle.actions.losses.lines import suspend_waiting
from quartermaster.lifecycle.actions.losses.telling import tell_holder, tell_owners
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE, LOSS_KEEP
from quartermaster.lifecycle.models import Loss
from quartermaster.lifecycle.rules.losses import LossState, StepKind
from quartermaster.mdm import actions as mdm
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.permits import DESTRUCTION_REQUEST
from quartermaster.mdm.queries import enrolment_now
from quartermaster.mdm.rules.destruction import TargetState
from quartermaster.org.queries import actor_for

LONGEST_WAIT = timedelta(days=30)


def locate(*, loss: Loss, reason: str, actor: Actor, at: datetime) -> Loss:
    """Ask a missing device where it is; its holder is told who asked and why (G-10, G-11)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_HANDLE, found)
        require_missing(found)
        why = said(reason, "Say why; the holder reads it", 300)
        enrolment = enrolment_now(found.device_id)
        if enrolment is None:
            raise NotPossible("The device is not managed, so it cannot be asked.")
        mdm.perform(
            enrolment=enrolment, verb="locate", arguments={}, reason=why, actor=actor, at=at
        )
        doing.record("lifecycle.loss.located", found, reason=why)
    return found


def ask_erasure(*, loss: Loss, reason: str, actor: Actor, at: datetime) -> Loss:
    """Ask that a missing device be erased; a second person confirms it (G-10, G-11).

    Raises:
        NotPossible: no order to erase can reach such a device.
        OnHold: a legal hold keeps it as it is.
        Conflict: it is found, or being erased already.
    """
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_HANDLE, found)
        _ask(found, said(reason, "Say why; the second person reads it", 400), actor, doing)
    return found


def plan_erasure(*, loss: Loss, after_hours: int, actor: Actor, at: datetime) -> Loss:
    """Have the erasure asked for in one's name, should the device not be found by then (G-11)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_HANDLE, found)
        require_on(actor, DESTRUCTION_REQUEST, found)
        require_missing(found)
        if actor.person_id is None:
            raise Refused("A person asks for an erasure; the house itself cannot.")
        span = timedelta(hours=after_hours)
        if not timedelta(hours=1) <= span <= LONGEST_WAIT:
            raise InvalidInput("Between 1 hour and 30 days from now.", field="after_hours")
        if found.state not in {LossState.SEARCHING, LossState.UNCONFIRMED}:
            raise Conflict("The erasure is asked for already.")
        problem = erasing.why_not_erase(found.device)
        if problem:
            raise NotPossible(problem)
        change(found, erase_at=at + span, erase_asker_id=actor.person_id)
        end_step(found, StepKind.ERASE, doing, "Asked for, should it not be found by then.")
        doing.record(
            "lifecycle.loss.erasure-planned",
            found,
            erase_at=(at + span).isoformat(timespec="seconds"),
        )
    return found


def ask_planned(*, loss: Loss, actor: Actor, at: datetime) -> None:
    """Ask for what a person planned, in that person's name and with their rights now (G-11)."""
    require(actor, LOSS_KEEP)
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        asker = found.erase_asker
        assert asker is not None  # a constraint backs it
        change(found, erase_at=None, erase_asker_id=None)
        why = f"Reported {found.get_kind_display().lower()}, and not found in the time set"
        try:
            with act(actor_for(asker, at), at) as theirs:
                _ask(found, why, theirs.actor, theirs)
        except HouseError as problem:
            found.refresh_from_db()
            doing.record("lifecycle.loss.erasure-not-asked", found, reason=problem.message)
            if found.missing:
                tell_owners(open_step(found, StepKind.ERASE, doing), doing)


def _ask(loss: Loss, reason: str, actor: Actor, doing: Act) -> None:
    require_missing(loss)
    enrolment = enrolment_now(loss.device_id)
    problem = erasing.why_not_erase(loss.device)
    if problem or enrolment is None:
        raise NotPossible(problem or "The device is not managed.")
    request = mdm.request_destruction(
        kind=erasing.kind_for(loss.device),
        enrolments=[enrolment],
        reason=f"{loss.get_kind_display()}: {reason}",
        actor=actor,
        at=doing.at,
    )
    move(loss, "ask to erase", doing, erasure=request, erase_at=None, erase_asker=None)
    end_step(loss, StepKind.ERASE, doing, "Asked for.")
    open_step(loss, StepKind.SECOND, doing)
    doing.record("lifecycle.loss.erasure-asked", loss, request=str(request.id), reason=reason)
    tell_holder(loss, "erasing", doing)


_FOLLOWS = {
    (LossState.ERASING, TargetState.CONFIRMED): ("confirm", "erased"),
    (LossState.ERASING, TargetState.UNCONFIRMED): ("doubt", "unconfirmed"),
    (LossState.ERASING, TargetState.WITHDRAWN): ("call off", "called-off"),
    (LossState.ERASED, TargetState.UNCONFIRMED): ("doubt", "unconfirmed"),
}


def follow_erasure(*, loss: Loss, actor: Actor, at: datetime) -> bool:
    """Have a case follow what became of its erasure; whether there was anything new (G-11)."""
    require(actor, LOSS_KEEP)
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        target = erasing.target_of(found.erasure, found.device_id)
        if target is None or not found.missing:
            return False
        if target.state != TargetState.PENDING:
            end_step(found, StepKind.SECOND, doing, target.get_state_display())
        step = _FOLLOWS.get((LossState(found.state), TargetState(target.state)))
        if step is None:
            return False
        verb, word = step
        move(found, verb, doing)
        doing.record(f"lifecycle.loss.{word}", found, reason=target.outcome)
        tell_holder(found, word, doing)
        if word == "called-off":
            tell_owners(open_step(found, StepKind.ERASE, doing), doing)
        else:
            suspend_waiting(found, doing)  # the order arrived, or has waited long enough
    return True
