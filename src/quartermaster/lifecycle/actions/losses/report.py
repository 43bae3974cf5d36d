"""Reporting that something is lost, stolen or damaged: from any browser, without the device."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from pydantic import Field, model_validator

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.inventory.queries import device_for_update
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput, Refused
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.lifecycle import erasing
from quartermaster.lifecycle.actions import transfers
from quartermaster.lifecycle.actions.losses.common import HOUSE, change, open_step
from quartermaster.lifecycle.actions.losses.lines import plan_stops
from quartermaster.lifecycle.actions.losses.telling import tell_holder, tell_owners
from quartermaster.lifecycle.loss_errors import ReportedAlready
from quartermaster.lifecycle.loss_events import LossReported
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE, LOSS_REPORT
from quartermaster.lifecycle.models import Loss
from quartermaster.lifecycle.rules.losses import (
    LONGEST_AGO,
    Intake,
    LossKind,
    LossState,
    StepKind,
    first_steps,
)
from quartermaster.mdm import actions as mdm
from quartermaster.mdm.queries import enrolment_now
from quartermaster.org.rules.details import Details
from quartermaster.records.rules.capture import Origin


class LossReport(Details):
    """What a report says. The caller is named where the help desk reports for one."""

    kind: LossKind
    happened_at: datetime = Field(title="when")
    place: Annotated[str, Field(title="where", min_length=1, max_length=200)]
    story: Annotated[str, Field(title="what happened", min_length=1, max_length=4000)]
    contents: Annotated[str, Field(title="what was on it", max_length=2000)] = ""
    records_pending: bool = False
    caller_check: Annotated[str, Field(title="how the caller was identified", max_length=300)] = ""

    @model_validator(mode="after")
    def _zoned(self) -> Self:
        if self.happened_at.tzinfo is None:
            raise ValueError("the time must name its zone")
        return self


def report_loss(*, device_id: UUID, report: LossReport, actor: Actor, at: datetime) -> Loss:
    """Report a loss, a theft or a damage; what protects the City happens at once (G-11).

    Raises:
        Refused: the device is not one that the actor may report.
        InvalidInput: the time is not possible, or the caller is not said to be identified.
        ReportedAlready: there is a live case of it.
        Conflict: it is retired or in repair.
    """
    try:
        with transaction.atomic(), act(actor, at) as doing:
            device = device_for_update(device_id)
            require(
                actor, LOSS_REPORT, person_id=device.holder_id, department_id=device.department_id
            )
            _require_possible(device, report, at)
            loss = _open(device, report, _intake(device, report, actor), doing)
            _follow_up(loss, doing)
    except IntegrityError as race:
        raise ReportedAlready(_ALREADY) from race
    return loss


_ALREADY = "This device is reported already. Look at its case."


def _require_possible(device: Device, report: LossReport, at: datetime) -> None:
    if not at - LONGEST_AGO <= report.happened_at <= at:
        raise InvalidInput("Say when it happened: not in the future.", field="happened_at")
    if device.status in {DeviceStatus.RETIRED, DeviceStatus.IN_REPAIR}:
        raise Conflict(f"{device} is {device.get_status_display().lower()}.")
    if device.personal and report.kind is LossKind.DAMAGED:
        raise Conflict("A personal device is its owner's own to repair.")
    if (
        device.status == DeviceStatus.LOST
        or Loss.objects.filter(device=device, closed_at=None).exists()
    ):
        raise ReportedAlready(_ALREADY)


def _intake(device: Device, report: LossReport, actor: Actor) -> Intake:
    """Who speaks. For a caller, the help desk says how it knows who that is."""
    if actor.person_id is not None and actor.person_id == device.holder_id:
        return Intake.SELF
    if may_report_for_callers(actor):
        if not report.caller_check:
            raise InvalidInput(
                "Say how the caller was identified, or how it is known.", field="caller_check"
            )
        return Intake.CALL
    if report.caller_check:
        raise Refused("Only the help desk reports for a caller.")
    return Intake.ABOVE


def _open(device: Device, report: LossReport, intake: Intake, doing: Act) -> Loss:
    damaged = report.kind is LossKind.DAMAGED
    values = report.model_dump()
    with transaction.atomic():
        loss = Loss.objects.create(
            **values,
            device=device,
            held_by=device.holder,
            department=device.department,
            state=LossState.DAMAGED if damaged else LossState.SEARCHING,
            intake=intake,
            reported_at=doing.at,
            reported_by_id=doing.actor.person_id,
        )
    doing.record(
        "lifecycle.loss.reported",
        loss,
        device=device.asset_tag,
        sort=report.kind.value,
        intake=intake.value,
        happened_at=report.happened_at.isoformat(),
        caller_check=report.caller_check,
    )
    doing.emit(LossReported(loss_id=loss.id, device_id=device.id, kind=report.kind.value))
    return loss


def _follow_up(loss: Loss, doing: Act) -> None:
    """What happens by itself: custody, lost mode, lines, and what people are asked for."""
    device = loss.device
    erasable = False
    if loss.kind != LossKind.DAMAGED:
        inventory.report_lost(device_id=device.id, actor=HOUSE, at=doing.at)
        device.refresh_from_db()
        erasable = not erasing.why_not_erase(device)
        _lock(loss, doing)
        plan_stops(loss, doing, erasable=erasable)
    if loss.records_pending and loss.held_by_id is not None:
        what = loss.get_kind_display().lower()
        transfers.announce(device, loss.held_by_id, Origin.LOSS, doing, what)
    tell_holder(loss, "reported", doing)
    for kind in first_steps(
        LossKind(loss.kind),
        erasable=erasable,
        held=loss.held_by_id is not None,
        personal=device.personal,
    ):
        step = open_step(loss, kind, doing)
        if kind in {StepKind.ERASE, StepKind.ASSESS, StepKind.SIDE}:
            tell_owners(step, doing)


def _lock(loss: Loss, doing: Act) -> None:
    """Switch lost mode on where the platform and the owner allow it; or say why not."""
    problem = erasing.why_not(loss.device, "lost-mode-on")
    enrolment = enrolment_now(loss.device_id)
    if problem or enrolment is None:
        change(loss, lost_mode=(problem or "The device is not managed.")[:300])
        return
    said = {
        "message": f"This device belongs to {settings.CITY}. Please call us.",
        "phone": settings.ADE_SUPPORT_PHONE,
    }
    try:
        mdm.perform(
            enrolment=enrolment,
            verb="lost-mode-on",
            arguments=said,
            reason=f"Reported {loss.get_kind_display().lower()}",
            actor=HOUSE,
            at=doing.at,
        )
    except HouseError as failure:
        change(loss, lost_mode=failure.message[:300])
        return
    change(loss, locked=True)


def may_report_for_callers(actor: Actor) -> bool:
    """Whether the actor may say that somebody called."""
    return reach(actor, LOSS_HANDLE).everything
