"""Requests whose next step is the reader's."""

from django.urls import reverse

from quartermaster.lifecycle.queries.steps import to_hand_out, waiting_for
from quartermaster.lifecycle.request_permits import REQUEST_SUPPLY, REQUEST_VIEW
from quartermaster.lifecycle.rules.requests import RequestState
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits

_DO = {RequestState.ASKED: "Recommend or decline", RequestState.RECOMMENDED: "Authorise or refuse"}


@waits("Requests", permit=REQUEST_VIEW, order=10)
def steps(request: HouseRequest) -> Steps:
    """What waits for a recommendation or an authorisation of the reader's (G-7)."""
    for row in waiting_for(request.actor, request.at):
        things = ", ".join(str(item) for item in row.items.all())
        address = reverse("requests:request", kwargs={"key": row.pk})
        title = f"{_DO[RequestState(row.state)]}: {things} for {row.person}"
        yield Wait(title, address, row.due_at, row.need)


@waits("To be handed out", permit=REQUEST_SUPPLY, order=30)
def hand_outs(request: HouseRequest) -> Steps:
    """What is reserved for somebody who does not have it yet (S-2)."""
    for row in to_hand_out(request.actor, request.at):
        address = reverse("requests:request", kwargs={"key": row.pk})
        kept = ", ".join(str(item) for item in row.items.all() if item.state == "reserved")
        yield Wait(f"Hand out: {kept} to {row.person}", address, row.due_at, str(row.department))
