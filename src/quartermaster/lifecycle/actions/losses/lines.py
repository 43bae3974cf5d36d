"""The lines of a lost device: suspended after the erasure could arrive, restored when found.

The order matters: a device whose line is suspended first never hears that it is to erase itself.
"""

from datetime import datetime

from django.conf import settings

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import LineStatus
from quartermaster.inventory.queries import sims_in
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.losses.common import (
    HOUSE,
    end_step,
    open_step,
    require_missing,
    require_on,
    the_loss,
)
from quartermaster.lifecycle.actions.losses.telling import tell_owners, write_to_carrier
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE
from quartermaster.lifecycle.models import LineStop, Loss
from quartermaster.lifecycle.rules.losses import (
    LINE_STOP,
    LineStopState,
    StepKind,
    StepState,
    suspend_at,
)


def plan_stops(loss: Loss, doing: Act, *, erasable: bool) -> None:
    """Have the lines in the device suspended: at once, or after the erasure, or after a span."""
    when = suspend_at(doing.at, settings.LOSS_HOURS["line"], erasable=erasable)
    for sim in sims_in(loss.device).filter(retired=False, line__isnull=False):
        line = sim.line
        if line is None or line.status not in {LineStatus.ACTIVE, LineStatus.SUSPENDED}:
            continue
        stop = LineStop.objects.create(loss=loss, line=line, suspend_at=when)
        if when <= doing.at:
            suspend(stop, doing)


def suspend(stop: LineStop, doing: Act) -> None:
    """Suspend a line here, write to its carrier, and ask ITMD for the carrier's word."""
    _move(stop, "suspend", suspend_at=None, asked_at=doing.at)
    stop.line.refresh_from_db()
    if stop.line.status == LineStatus.ACTIVE:
        inventory.move_line(line_id=stop.line_id, verb="suspend", actor=HOUSE, at=doing.at)
    letter = write_to_carrier(stop.line, stop.loss, doing)
    if letter is not None:
        LineStop.objects.filter(id=stop.id).update(mailed_to=letter.recipient)
    doing.record(
        "lifecycle.loss.line-suspended",
        stop.loss,
        line=stop.line.number,
        asked=letter.recipient if letter else "",
    )
    step = open_step(stop.loss, StepKind.CARRIER, doing, line=stop.line)
    tell_owners(step, doing)


def suspend_waiting(loss: Loss, doing: Act) -> None:
    """Suspend what waited for the erasure."""
    for stop in _stops(loss, LineStopState.WAITING):
        suspend(stop, doing)


def suspend_line(*, stop: LineStop, reason: str, actor: Actor, at: datetime) -> LineStop:
    """Suspend a line before the erasure arrived, by a person's decision (G-11)."""
    with act(actor, at) as doing:
        loss = the_loss(stop.loss_id)
        require_on(actor, LOSS_HANDLE, loss)
        require_missing(loss)
        fresh = LineStop.objects.select_related("line", "loss__device").get(id=stop.id)
        doing.record(
            "lifecycle.loss.line-not-waited-for",
            loss,
            line=fresh.line.number,
            reason=said(reason, "Say why the erasure is not waited for", 300),
        )
        suspend(fresh, doing)
    return fresh


def confirm_line(*, stop: LineStop, reference: str, actor: Actor, at: datetime) -> LineStop:
    """Enter the carrier's word that a line is suspended, with its reference (G-11)."""
    with act(actor, at) as doing:
        loss = the_loss(stop.loss_id)
        require_on(actor, LOSS_HANDLE, loss)
        text = said(reference, "Enter the carrier's reference", 80, field="reference")
        _move(stop, "confirm", reference=text, confirmed_at=at, confirmed_by=actor.label[:200])
        end_step(loss, StepKind.CARRIER, doing, text, line=stop.line)
        doing.record("lifecycle.loss.line-confirmed", loss, line=stop.line.number, reference=text)
    return stop


def release(loss: Loss, doing: Act) -> None:
    """The device is found: lines that were suspended for it are restored."""
    for stop in _stops(loss, *sorted(set(LineStopState) - {LineStopState.CALLED_OFF})):
        waited = stop.state == LineStopState.WAITING
        _move(stop, "call off", suspend_at=None)
        end_step(loss, StepKind.CARRIER, doing, line=stop.line, state=StepState.CALLED_OFF)
        if waited:
            continue
        if stop.line.status == LineStatus.SUSPENDED:
            inventory.move_line(line_id=stop.line_id, verb="restore", actor=HOUSE, at=doing.at)
        write_to_carrier(stop.line, loss, doing, restore=True)
        doing.record("lifecycle.loss.line-restored", loss, line=stop.line.number)


def _stops(loss: Loss, *states: str) -> list[LineStop]:
    rows = LineStop.objects.select_for_update(of=("self",)).select_related("line", "loss__device")
    return list(rows.filter(loss=loss, state__in=states))


def _move(stop: LineStop, verb: str, **more: object) -> None:
    was = LineStopState(stop.state)
    target = LINE_STOP.target(verb, was)
    if LineStop.objects.filter(id=stop.id, state=was).update(state=target, **more) != 1:
        raise Conflict("The line was dealt with by someone else in the meantime. Look again.")
    stop.refresh_from_db()
