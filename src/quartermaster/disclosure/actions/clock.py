"""What is due by the clock: deadlines of requests, reminders of those who are asked."""

from datetime import datetime

from django.db import transaction

from quartermaster.disclosure import throttle
from quartermaster.disclosure.actions.asked_mail import tell_asked, tell_supervisor
from quartermaster.disclosure.actions.telling import tell_custodians
from quartermaster.disclosure.models import RecordsRequest, Search
from quartermaster.disclosure.parameters import working_days
from quartermaster.disclosure.permits import REQUEST_KEEP
from quartermaster.disclosure.rules.requests import OPEN, RequestState
from quartermaster.disclosure.rules.searches import SearchState, escalates
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.org.models import Standing


def take_request_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Tell the custodians of every request that is late; how many (G-5)."""
    require(actor, REQUEST_KEEP)
    for taken in range(limit):
        with transaction.atomic():
            request = (
                RecordsRequest.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("assigned_to")
                .filter(state__in=values(OPEN), wake_at__lte=at)
                .order_by("wake_at", "id")
                .first()
            )
            if request is None:
                return taken
            with act(actor, at) as doing:
                _late(request, doing)
    return limit


def _late(request: RecordsRequest, doing: Act) -> None:
    request.wake_at, request.overdue_told_at = working_days("remind", doing.at), doing.at
    request.save(update_fields=["wake_at", "overdue_told_at"])
    waits = "acknowledgement" if request.state == RequestState.RECEIVED else "answer"
    doing.record("disclosure.request.late", request, waits=waits)
    only = request.assigned_to
    tell_custodians(request, "late", doing, only if only and _at_work(only) else None)


def _at_work(person: object) -> bool:
    return getattr(person, "standing", "") == Standing.ACTIVE


def take_search_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Remind whoever was asked and has not answered; how many (G-2)."""
    require(actor, REQUEST_KEEP)
    for taken in range(limit):
        with transaction.atomic():
            search = (
                Search.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("request", "person__supervisor")
                .filter(state=SearchState.ASKED, due_at__lte=at, request__state__in=values(OPEN))
                .order_by("due_at", "id")
                .first()
            )
            if search is None:
                return taken
            with act(actor, at) as doing:
                _remind(search, doing)
    return limit


def _remind(search: Search, doing: Act) -> None:
    search.reminders += 1
    search.due_at = working_days("remind", doing.at)
    late = escalates(search.reminders)
    if late and search.escalated_at is None:
        search.escalated_at = doing.at
    search.save(update_fields=["reminders", "due_at", "escalated_at"])
    doing.record(
        "disclosure.search.escalated" if late else "disclosure.search.reminded",
        search,
        person=str(search.person_id),
        reminders=search.reminders,
    )
    tell_asked(search, "reminder", doing)
    if late:
        tell_supervisor(search, doing)


def forget_knocks(*, actor: Actor, at: datetime) -> int:
    """Delete yesterday's counts of the public doors; how many."""
    require(actor, REQUEST_KEEP)
    return throttle.forget(at)
