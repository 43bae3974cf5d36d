"""What nobody decided about in time goes by the clock, unless a hold or a request keeps it."""

from datetime import datetime

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.quarantine.ending import throw_away
from quartermaster.records.holds import live_keepers
from quartermaster.records.keeping import unread_kept
from quartermaster.records.locks import keep_holds_still
from quartermaster.records.permits import RECORD_KEEP
from quartermaster.records.quarantine import waiting
from quartermaster.records.rules.capture import EARLIEST


def discard_due(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Discard what waited for its whole time; how many (G-5, G-2)."""
    require(actor, RECORD_KEEP)
    gone = 0
    while gone < limit and _next(actor, at):
        gone += 1
    return gone


def _next(actor: Actor, at: datetime) -> bool:
    with act(actor, at) as doing:
        keep_holds_still()
        rows = waiting().select_for_update(skip_locked=True, of=("self",))
        held = live_keepers().values("person_id")
        due = rows.select_related("author", "file").filter(due_at__lte=at).exclude(author__in=held)
        refused = due.order_by("due_at", "id").first()
        if refused is None:
            return False
        # of which day it is nobody knows; what keeps this one keeps all that came later, too
        if unread_kept(EARLIEST, localdate(refused.arrived_at), at):
            return False
        days = settings.QUARANTINE_DAYS
        throw_away(refused, f"Nobody decided about it within {days} days.", doing)
    return True
