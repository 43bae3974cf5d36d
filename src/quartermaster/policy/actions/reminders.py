"""Reminding people of what they have yet to acknowledge."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from quartermaster.jobs.acts import act
from quartermaster.jobs.outbox import pause
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify.actions import send
from quartermaster.policy.models import Outcome, Reminder
from quartermaster.policy.permits import REMIND
from quartermaster.policy.queries.acknowledgements import missing, what_changed_for
from quartermaster.policy.queries.documents import in_force_until
from quartermaster.policy.rules.acknowledgements import ReminderKind, next_overdue
from quartermaster.policy.rules.versions import city_date

log = structlog.get_logger(__name__)

TEMPLATES = {
    ReminderKind.FIRST: "policy/notices/acknowledge",
    ReminderKind.REPEAT: "policy/notices/acknowledge-reminder",
    ReminderKind.OVERDUE: "policy/notices/acknowledge-overdue",
}
PAGE = "/policy/acknowledge/"
A_MOMENT = timedelta(seconds=1)  # due at midnight is due by the day before


def send_due(*, actor: Actor, at: datetime, limit: int = 1_000) -> int:
    """Send the reminders that are due, each in a transaction of its own; how many were (S-2)."""
    require(actor, REMIND)
    sent = 0
    for _ in range(limit):
        outcome = _next(actor, at)
        if outcome is None:
            break
        sent += outcome
    return sent


def _next(actor: Actor, at: datetime) -> bool | None:
    """Deal with the reminder due first: True if sent, False if not, None if there is none."""
    with transaction.atomic():
        reminder = (
            Reminder.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("request__person__department", "request__version__document")
            .filter(outcome=Outcome.WAITING, due_at__lte=at)
            .order_by("due_at", "id")
            .first()
        )
        if reminder is None:
            return None
        try:
            return _deal_with(reminder, actor, at)
        except Exception:
            log.exception("policy.reminder-failed", reminder=str(reminder.id))
            reminder.attempts += 1
            reminder.due_at = at + pause(reminder.attempts)
            reminder.save(update_fields=["attempts", "due_at"])
            return False


def _deal_with(reminder: Reminder, actor: Actor, at: datetime) -> bool:
    needed = _is_needed(reminder, at)
    with act(actor, at) as doing:
        if needed:
            send(
                template=TEMPLATES[ReminderKind(reminder.kind)],
                to=reminder.request.person.email,
                name=reminder.request.person.name,
                context=_context(reminder),
                key=f"policy.reminder/{reminder.id}",
                about=reminder.request,
                actor=actor,
                at=at,
            )
            doing.record("policy.reminder.sent", reminder.request, kind=reminder.kind)
            if reminder.kind == ReminderKind.OVERDUE:
                again = next_overdue(at)
                Reminder.objects.create(
                    request=reminder.request, kind=again.kind.value, due_at=again.due_at
                )
        reminder.outcome = Outcome.SENT if needed else Outcome.NEEDLESS
        reminder.done_at = at
        reminder.save(update_fields=["outcome", "done_at"])
    return needed


def _is_needed(reminder: Reminder, at: datetime) -> bool:
    """Whether it is still missing, still in question, and this is the last of those due."""
    request = reminder.request
    later = Reminder.objects.filter(
        request=request, outcome=Outcome.WAITING, due_at__lte=at, due_at__gt=reminder.due_at
    )
    until = in_force_until(request.version)
    over = until is not None and until <= city_date(at, settings.TIME_ZONE)
    return (
        not over
        and not later.exists()
        and missing(request.version, at).filter(id=request.person_id).exists()
    )


def _context(reminder: Reminder) -> dict[str, object]:
    request = reminder.request
    version = request.version
    assert version.in_force_on is not None
    changes = what_changed_for(request.person_id, version)
    titles = dict(version.clauses.values_list("code", "title"))
    return {
        "policy": version.title,
        "number": version.number,
        "in_force_on": written_day(version.in_force_on),
        "due_on": written_day(city_date(request.due_at - A_MOMENT, settings.TIME_ZONE)),
        "changes": [
            f"{change.code} {titles.get(change.code, '')}".strip()
            for change in (changes.clauses if changes else ())
        ],
        "address": f"{settings.WEB_URL.rstrip('/')}{PAGE}",
    }
