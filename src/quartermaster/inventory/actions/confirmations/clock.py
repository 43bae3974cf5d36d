"""Reminding whoever has not answered, and telling the coordinators."""

from datetime import datetime

from django.db import transaction

from quartermaster.inventory.actions.confirmations.asking import OPEN, PACE, REMINDERS
from quartermaster.inventory.actions.confirmations.telling import (
    tell_coordinators,
    tell_holder,
)
from quartermaster.inventory.models import Confirmation, DeviceStatus
from quartermaster.inventory.permits import CONFIRMATION_ASK
from quartermaster.inventory.states import ConfirmationState
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require


def take_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Remind and escalate what is due; how many (C-3)."""
    require(actor, CONFIRMATION_ASK)
    for taken in range(limit):
        with transaction.atomic():
            row = (
                Confirmation.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("device__department", "holder")
                .filter(due_at__lte=at, state__in=OPEN)
                .order_by("due_at", "id")
                .first()
            )
            if row is None:
                return taken
            with act(actor, at) as doing:
                _step(row, doing)
    return limit


def _step(row: Confirmation, doing: Act) -> None:
    device = row.device
    if device.holder_id != row.holder_id or device.status != DeviceStatus.ASSIGNED:
        row.state, row.due_at = ConfirmationState.MOOT, None
        row.save(update_fields=["state", "due_at"])
        doing.record("inventory.confirmation.moot", device)
    elif row.attempts < REMINDERS:
        row.attempts += 1
        row.due_at = doing.at + PACE
        row.save(update_fields=["attempts", "due_at"])
        doing.record("inventory.confirmation.reminded", device, reminders=row.attempts)
        tell_holder(row, doing)
    else:
        row.state, row.due_at = ConfirmationState.OVERDUE, None
        row.save(update_fields=["state", "due_at"])
        doing.record("inventory.confirmation.overdue", device, holder=str(row.holder_id))
        tell_coordinators(row, doing)
