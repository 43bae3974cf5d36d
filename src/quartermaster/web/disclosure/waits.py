"""Requests whose next step is the reader's."""

from django.db.models import Q
from django.urls import reverse

from quartermaster.disclosure import queries
from quartermaster.disclosure.permits import NOTICE_ANSWER, REQUEST_WORK, SEARCH_ANSWER
from quartermaster.disclosure.rules.requests import OPEN, RequestState
from quartermaster.disclosure.rules.searches import SearchState
from quartermaster.disclosure.rules.subjects import NoticeState
from quartermaster.kernel.worded import values
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits

_DO = {
    RequestState.RECEIVED: "Acknowledge",
    RequestState.COLLECTING: "Find records for",
    RequestState.REVIEWING: "Review and answer",
}


@waits("Records requests", permit=REQUEST_WORK, order=30)
def requests(request: HouseRequest) -> Steps:
    """Those that nobody took up, and those that are the reader's (G-5)."""
    mine = Q(assigned_to=None) | Q(assigned_to_id=request.actor.person_id)
    rows = queries.requests_visible_to(request.actor).filter(mine, state__in=values(OPEN))
    if not (yield rows):
        return
    for row in rows.order_by("answer_by", "id"):
        state = RequestState(row.state)
        due = row.acknowledge_by if state is RequestState.RECEIVED else row.answer_by
        address = reverse("disclosure:request", kwargs={"key": row.pk})
        yield Wait(f"{_DO[state]} {row.number}", address, due)


@waits("Searches", permit=SEARCH_ANSWER, order=31)
def searches(request: HouseRequest) -> Steps:
    """What the reader is asked to search for (G-2)."""
    rows = queries.searches_of(request.actor).filter(state=SearchState.ASKED)
    if not (yield rows):
        return
    for row in rows.order_by("due_at", "id"):
        address = reverse("disclosure:my-search", kwargs={"key": row.pk})
        yield Wait(f"Search for records, {row.request.number}", address, row.due_at)


@waits("Records about you", permit=NOTICE_ANSWER, order=32)
def notices(request: HouseRequest) -> Steps:
    """A release that the reader may object to (G-5)."""
    rows = queries.notices_to(request.actor).filter(
        state=NoticeState.SERVED, object_by__gte=request.at
    )
    if not (yield rows):
        return
    for row in rows:
        address = reverse("disclosure:my-notice", kwargs={"key": row.pk})
        yield Wait("A record about you is to be released", address, row.object_by)


@waits("Appeals", permit=REQUEST_WORK, order=33)
def appeals(request: HouseRequest) -> Steps:
    """Appeals that nobody answered (G-5)."""
    rows = queries.appeals_visible_to(request.actor).filter(decided_at=None)
    if not (yield rows):
        return
    for row in rows.order_by("received_at"):
        address = reverse("disclosure:appeal", kwargs={"key": row.pk})
        yield Wait(f"Answer the appeal in {row.request}", address)
