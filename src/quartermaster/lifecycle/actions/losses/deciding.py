"""The police report, the employee's side, and whose responsibility it was (G-11, E-1)."""

from datetime import date, datetime

from django.utils.timezone import localdate

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.losses.common import change, end_step, require_on, the_loss
from quartermaster.lifecycle.actions.losses.telling import tell_holder
from quartermaster.lifecycle.loss_errors import NotHeardYet
from quartermaster.lifecycle.loss_events import LossReferred
from quartermaster.lifecycle.loss_permits import LOSS_ANSWER, LOSS_DECIDE, LOSS_HANDLE
from quartermaster.lifecycle.models import Loss, LossStatement, LossStep
from quartermaster.lifecycle.rules.losses import (
    REFERRED,
    LossKind,
    Responsibility,
    StepKind,
    StepState,
)

MOST_STATEMENTS = 20


def enter_police_report(
    *, loss: Loss, number: str, reported_on: date, actor: Actor, at: datetime
) -> Loss:
    """Enter the number of the police report; a stolen device needs it to be written off (G-11)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_HANDLE, found)
        if found.kind == LossKind.DAMAGED:
            raise Conflict("There is no police report on a damage here.")
        text = said(number, "Enter the number", 60, field="number")
        if reported_on > localdate(at):
            raise InvalidInput("Not in the future.", field="reported_on")
        change(found, police_number=text, police_on=reported_on)
        end_step(found, StepKind.POLICE, doing, text)
        doing.record("lifecycle.loss.police-report", found, number=text)
    return found


def state_side(*, loss: Loss, text: str, actor: Actor, at: datetime) -> LossStatement:
    """State one's side of a loss, in one's own words; nobody has to (E-1)."""
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require(actor, LOSS_ANSWER, person_id=found.held_by_id)
        if found.decided_at is not None:
            raise Conflict("It is decided. What you say now belongs to the case that follows.")
        if LossStatement.objects.filter(loss=found).count() >= MOST_STATEMENTS:
            raise Conflict("Enough was said; ask ITMD to read it.")
        assert actor.person_id is not None
        made = LossStatement.objects.create(
            loss=found,
            author_id=actor.person_id,
            text=said(text, "Write your side", 4000),
            made_at=at,
        )
        end_step(found, StepKind.SIDE, doing, "Stated.")
        doing.record("lifecycle.loss.side-stated", found)
    return made


def decide_responsibility(
    *, loss: Loss, responsibility: Responsibility, reason: str, actor: Actor, at: datetime
) -> Loss:
    """Decide whether somebody is responsible, after hearing them; what is grave is referred (G-11).

    Raises:
        Refused: it is one's own loss, or the actor is no person.
        NotHeardYet: the employee's time to state their side runs.
        Conflict: it is decided already, or nobody held the device.
    """
    with act(actor, at) as doing:
        found = the_loss(loss.id)
        require_on(actor, LOSS_DECIDE, found)
        if actor.person_id is None or actor.speaks_for(found.held_by_id):
            raise Refused("Nobody decides on their own loss; another person must.")
        if found.held_by_id is None:
            raise Conflict("Nobody held the device, so nobody is responsible.")
        if found.decided_at is not None:
            raise Conflict("It is decided already.")
        _require_heard(found, at)
        why = said(reason, "Say why; the employee reads it", 1000)
        change(
            found,
            responsibility=responsibility,
            decision=why,
            decided_by_id=actor.person_id,
            decided_at=at,
        )
        end_step(found, StepKind.SIDE, doing, state=StepState.CALLED_OFF)
        end_step(found, StepKind.DECIDE, doing, "Decided.")
        # neither the ledger nor the mail says what was decided: more people read those
        doing.record("lifecycle.loss.decided", found)
        if responsibility in REFERRED:
            doing.emit(
                LossReferred(
                    loss_id=found.id,
                    device_id=found.device_id,
                    holder_id=found.held_by_id,
                    responsibility=responsibility.value,
                )
            )
        tell_holder(found, "decided", doing)
    return found


def _require_heard(loss: Loss, at: datetime) -> None:
    if LossStatement.objects.filter(loss=loss).exists():
        return
    asked = LossStep.objects.filter(loss=loss, kind=StepKind.SIDE, state=StepState.OPEN).first()
    if asked is not None and asked.due_at > at:
        raise NotHeardYet(
            "The employee may still state their side, and has not. Decide after that, or when the"
            " time for it is over."
        )
