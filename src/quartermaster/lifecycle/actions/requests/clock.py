"""What is due by the clock: reminders, steps that are overdue, requests that expire."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.actions.requests.moving import move
from quartermaster.lifecycle.actions.requests.telling import tell_owners, tell_people
from quartermaster.lifecycle.calendar import after_working_days
from quartermaster.lifecycle.models import Request
from quartermaster.lifecycle.request_permits import REQUEST_KEEP
from quartermaster.lifecycle.rules.requests import LIVE_REQUESTS, TO_COME


def take_request_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Take the next step of every request whose time has come; how many (G-7)."""
    require(actor, REQUEST_KEEP)
    taken = 0
    while taken < limit:
        with transaction.atomic():
            request = (
                Request.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("person", "asker", "department")
                .filter(state__in=values(LIVE_REQUESTS), wake_at__lte=at)
                .order_by("wake_at", "id")
                .first()
            )
            if request is None:
                return taken
            with act(actor, at) as doing:
                _step(request, doing)
        taken += 1
    return taken


def _step(request: Request, doing: Act) -> None:
    assert request.due_at is not None  # a request that the clock looks at has a deadline
    if doing.at < request.due_at:
        request.wake_at = request.due_at
        request.save(update_fields=["wake_at"])
        tell_owners(request, "reminder", doing)
    elif request.escalated_at is None or _comes_still(request):
        request.escalated_at = doing.at
        request.wake_at = after_working_days(doing.at, settings.REQUEST_DAYS["expire"])
        request.save(update_fields=["escalated_at", "wake_at"])
        doing.record("lifecycle.request.overdue", request, state=request.state)
        tell_owners(request, "overdue", doing)
    else:
        move(request, "expire", doing, closing_reason="Nobody took it further in time.")
        doing.record("lifecycle.request.expired", request)
        tell_people(request, doing)


def _comes_still(request: Request) -> bool:
    """What is ordered takes the time that it takes."""
    return request.items.filter(state__in=values(TO_COME)).exists()
