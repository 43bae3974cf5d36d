"""Mail about requests for usage detail: to ITMD, to who asked, and to whom it is about."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role
from quartermaster.usage.actions.detail_requests.common import move, the_request
from quartermaster.usage.detail_permits import DETAIL_REQUESTS_KEEP
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.rules.detail_requests import DetailState


def tell_itmd(request: DetailRequest, doing: Act) -> None:
    """A request waits: whoever may decide hears of it."""
    for person in people_with_role(Role.ITMD_ADMIN, doing.at):
        if person.id not in {request.asked_by_id, request.person_id}:
            _send(request, "asked", person, doing)


def tell_asker(request: DetailRequest, what: str, doing: Act) -> None:
    _send(request, what, request.asked_by, doing)


def tell_person(request: DetailRequest, doing: Act) -> None:
    """Tell the person who asked, for which days, and for what sort of reason."""
    if request.person.standing == Standing.ACTIVE:
        _send(request, "person", request.person, doing)
    DetailRequest.objects.filter(id=request.id).update(told_at=doing.at, tell_at=None)
    request.refresh_from_db()
    doing.record("usage.detail-request.told", request)


def _send(request: DetailRequest, what: str, to: Person, doing: Act) -> None:
    post.send(
        template=f"usage/detail/{what}",
        to=to.email,
        name=to.name,
        context={
            "request": request,
            "link": f"{settings.WEB_URL}/usage-detail/{request.id}/",
            "mine": f"{settings.WEB_URL}/my-usage-detail/",
        },
        key=f"detail-request:{request.id}:{what}:{to.id}",
        actor=doing.actor,
        at=doing.at,
        about=request,
    )


def take_detail_steps(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """End what is over, and tell whom it was put off to tell; how many (G-9)."""
    require(actor, DETAIL_REQUESTS_KEEP)
    over = Q(state=DetailState.GRANTED, expires_at__lte=at)
    due = Q(tell_at__lte=at)
    for taken in range(limit):
        with transaction.atomic():
            rows = DetailRequest.objects.filter(over | due).order_by("id")
            row = rows.select_for_update(skip_locked=True, of=("self",)).first()
            if row is None:
                return taken
            with act(actor, at) as doing:
                _step(the_request(row.id), doing)
    return limit


def _step(request: DetailRequest, doing: Act) -> None:
    expires = request.expires_at
    if request.state == DetailState.GRANTED and expires is not None and expires <= doing.at:
        move(request, "end", doing)
        doing.record("usage.detail-request.ended", request)
    if request.tell_at is not None and request.tell_at <= doing.at:
        tell_person(request, doing)
