"""Reminding of what nobody found out yet."""

from datetime import datetime

from django.db import transaction

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.denials.telling import tell_owners
from quartermaster.lifecycle.denial_permits import DENIAL_KEEP
from quartermaster.lifecycle.models import Denial
from quartermaster.lifecycle.rules.denials import MOST_REMINDERS, REMIND_AGAIN, DenialState


def remind_denials(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Remind of the devices of which nobody knows yet where they are; how many (C-3)."""
    require(actor, DENIAL_KEEP)
    due = Denial.objects.filter(state=DenialState.OPEN, remind_at__lte=at)
    for taken in range(limit):
        with transaction.atomic():
            row = due.select_for_update(skip_locked=True).order_by("id").first()
            if row is None:
                return taken
            with act(actor, at) as doing:
                row.reminders += 1
                row.remind_at = at + REMIND_AGAIN if row.reminders < MOST_REMINDERS else None
                row.save(update_fields=["reminders", "remind_at"])
                tell_owners(row, doing, "reminder")
    return limit
