"""What is due by the clock: reminders, the word to the supervisor, the notice of every year."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Standing
from quartermaster.records.actions.holds.common import ask_again, pace
from quartermaster.records.actions.holds.telling import (
    tell_custodians,
    tell_keeper,
    tell_supervisor,
)
from quartermaster.records.holds import live_keepers
from quartermaster.records.models import HoldKeeper
from quartermaster.records.permits import HOLD_KEEP
from quartermaster.records.rules.holds import KeeperState


def take_hold_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Remind, escalate and ask anew whoever is due; how many (G-2)."""
    require(actor, HOLD_KEEP)
    for taken in range(limit):
        with transaction.atomic():
            keeper = (
                live_keepers()
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("hold", "terms", "person__supervisor")
                .filter(due_at__lte=at)
                .order_by("due_at", "id")
                .first()
            )
            if keeper is None:
                return taken
            with act(actor, at) as doing:
                _step(keeper, doing)
    return limit


def _step(keeper: HoldKeeper, doing: Act) -> None:
    if keeper.person.standing != Standing.ACTIVE:
        keeper.due_at = None  # nobody reads notices after they left
        keeper.save(update_fields=["due_at"])
    elif keeper.state == KeeperState.ACKNOWLEDGED:
        ask_again(keeper, keeper.terms, doing)
        tell_keeper(keeper, "again", doing)
    else:
        _remind(keeper, doing)


def _remind(keeper: HoldKeeper, doing: Act) -> None:
    keeper.reminders += 1
    keeper.due_at = pace().after_asking(doing.at)
    escalates = pace().escalates(keeper.reminders)
    if escalates:
        keeper.escalated_at = doing.at
    keeper.save(update_fields=["reminders", "due_at", "escalated_at"])
    doing.record(
        "records.keeper.escalated" if escalates else "records.keeper.reminded",
        keeper,
        person=str(keeper.person_id),
        reminders=keeper.reminders,
    )
    tell_keeper(keeper, "reminder", doing)
    if escalates:
        tell_supervisor(keeper, doing)


def note_separation(*, person_id: UUID, actor: Actor, at: datetime) -> int:
    """Tell the custodians of somebody who leaves and must keep something; how many holds (C-4)."""
    require(actor, HOLD_KEEP)
    with act(actor, at) as doing:
        rows = live_keepers().filter(person_id=person_id).select_for_update(of=("self",))
        keepers = list(rows.select_related("hold", "terms", "person").order_by("id"))
        for keeper in keepers:
            keeper.due_at = None
            keeper.save(update_fields=["due_at"])
            tell_custodians(keeper, "separated", doing)
    return len(keepers)
