"""Reminding of what is overdue (C-3)."""

from datetime import datetime

from django.db import transaction

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.returns.common import tell
from quartermaster.lifecycle.models import Return
from quartermaster.lifecycle.return_permits import RETURN_KEEP
from quartermaster.lifecycle.rules.returns import MOST_REMINDERS, REMIND_AGAIN, ReturnState


def remind_returns(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Remind holders and their supervisors of devices that should be back; how many (C-3)."""
    require(actor, RETURN_KEEP)
    due = Return.objects.filter(state=ReturnState.EXPECTED, remind_at__lte=at)
    for taken in range(limit):
        with transaction.atomic():
            row = due.select_for_update(skip_locked=True).order_by("id").first()
            if row is None:
                return taken
            with act(actor, at) as doing:
                row.reminders += 1
                more = row.reminders < MOST_REMINDERS
                row.remind_at = at + REMIND_AGAIN if more else None
                row.save(update_fields=["reminders", "remind_at"])
                people = [row.holder, row.holder.supervisor]
                told = [person for person in people if person is not None]
                tell(row, "reminder", f"reminder-{row.reminders}", told, doing)
    return limit
