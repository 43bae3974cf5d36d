"""What is due by the clock: mail, locking, asking for erasure, suspending lines."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from quartermaster.billing.actions import line_orders
from quartermaster.billing.rules.line_orders import LineOrderKind
from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.outbox import pause
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.recoveries.moving import cause_of
from quartermaster.lifecycle.actions.recoveries.telling import (
    tell_about_demand,
    tell_it_is_due,
    tell_to_erase,
)
from quartermaster.lifecycle.models import RecoveryItem, RecoveryStep
from quartermaster.lifecycle.recovery_permits import RECOVERY_KEEP
from quartermaster.lifecycle.rules.recoveries import LIVE_RECOVERIES, StepKind
from quartermaster.mdm import actions as mdm
from quartermaster.mdm.queries import enrolment_now, waits_for_destruction

log = structlog.get_logger(__name__)
A_DAY = timedelta(days=1)
MESSAGE = "This device belongs to the City. Please return it."


def take_recovery_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Take every step whose time has come, each in a transaction of its own; how many (C-4)."""
    require(actor, RECOVERY_KEEP)
    tried: set[UUID] = set()
    while len(tried) < limit:
        due = RecoveryStep.objects.filter(done_at=None, due_at__lte=at).exclude(id__in=tried)
        key = due.order_by("due_at", "id").values_list("id", flat=True).first()
        if key is None:
            break
        tried.add(key)
        try:
            _take(key, actor, at)
        except Exception:
            log.exception("lifecycle.recovery-step-failed", step=str(key))
            _put_off(key, at)
    return len(tried)


def _put_off(key: UUID, at: datetime) -> None:
    attempts = RecoveryStep.objects.values_list("attempts", flat=True).get(id=key) + 1
    RecoveryStep.objects.filter(id=key, done_at=None).update(
        attempts=F("attempts") + 1, due_at=at + pause(attempts)
    )


def _take(key: UUID, actor: Actor, at: datetime) -> None:
    with act(actor, at) as doing:
        rows = RecoveryStep.objects.select_for_update(skip_locked=True, of=("self",))
        step = (
            rows.select_related(
                "recovery__person__supervisor",
                "recovery__department",
                "item__device",
                "item__line",
            )
            .filter(id=key, done_at=None, due_at__lte=at)
            .first()
        )
        if step is None:
            return  # another worker has it
        if step.recovery.state not in LIVE_RECOVERIES:
            outcome = "Not needed any longer."
        elif step.item is not None:
            if step.kind == StepKind.SUSPEND and _erasure_waits(step):
                step.due_at = at + A_DAY
                step.save(update_fields=["due_at"])
                return
            outcome = _on_thing(StepKind(step.kind), step.item, doing)
        else:
            outcome = _on_case(step, doing)
        step.done_at, step.outcome = at, outcome[:500]
        step.save(update_fields=["done_at", "outcome"])
        doing.record(
            "lifecycle.recovery.stepped",
            step.recovery,
            step=step.kind,
            thing=str(step.item or ""),
            outcome=step.outcome,
        )


def _erasure_waits(step: RecoveryStep) -> bool:
    """Whether a device of the person is still to be erased: without its line it never hears."""
    devices = step.recovery.items.filter(device__isnull=False).values_list("device_id", flat=True)
    return waits_for_destruction(devices)


def _on_case(step: RecoveryStep, doing: Act) -> str:
    if step.kind in {StepKind.NOTICE, StepKind.REMINDER}:
        told = tell_it_is_due(step.recovery, StepKind(step.kind), doing)
    else:
        told = tell_about_demand(step.recovery, StepKind(step.kind), doing)
    return f"Told {', '.join(told)}." if told else "There was nobody to tell."


def _on_thing(kind: StepKind, item: RecoveryItem, doing: Act) -> str:
    if not item.owed:
        return "Not needed: it is settled."
    if kind is StepKind.SUSPEND:
        return _suspend(item, doing)
    assert item.device is not None  # locking and erasing are steps of devices
    enrolment = enrolment_now(item.device.id)
    if enrolment is None:
        return "It is not managed at present, so nothing can be sent to it."
    if kind is StepKind.WIPE:
        told = tell_to_erase(item, doing)
        return f"Two people decide on it; told {', '.join(told)}."
    try:
        with transaction.atomic():
            mdm.perform(
                enrolment=enrolment,
                verb="lock",
                arguments={"message": MESSAGE},
                reason=f"{item.recovery.person.name} left the City's service.",
                actor=doing.actor,
                at=doing.at,
            )
    except HouseError as problem:
        return f"Not locked: {problem.message}"
    return "The command to lock it was queued."


def _suspend(item: RecoveryItem, doing: Act) -> str:
    assert item.line_id is not None  # a step of lines
    try:
        with transaction.atomic():
            line_orders.ask_line_order(
                line_id=item.line_id,
                kind=LineOrderKind.SUSPEND,
                reason="Its holder left the City's service.",
                terms=line_orders.Terms(cause=cause_of(item.recovery)),
                actor=doing.actor,
                at=doing.at,
            )
    except HouseError as problem:
        return f"Not suspended: {problem.message}"
    return "The carrier is asked to suspend the line."
