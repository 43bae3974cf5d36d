"""Lots and write-offs that wait for a second person."""

from django.urls import reverse

from quartermaster.lifecycle.queries.returns import lots_visible_to, write_offs_visible_to
from quartermaster.lifecycle.return_permits import SURPLUS_APPROVE, WRITE_OFF_DECIDE
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Write-offs to decide on", permit=WRITE_OFF_DECIDE, order=22)
def write_offs(request: HouseRequest) -> Steps:
    """Of those that somebody else asked for, and not of what the reader lost (C-3)."""
    me = request.actor.person_id
    rows = write_offs_visible_to(request.actor).filter(state="asked")
    others = rows.exclude(asked_by_id=me).exclude(loss__held_by_id=me)
    if not (yield others):
        return
    for row in others.order_by("asked_at"):
        address = reverse("surplus:decide", kwargs={"key": row.pk})
        yield Wait(f"Agree or refuse: {row}", address, note=row.reason)


@waits("Surplus lots to approve", permit=SURPLUS_APPROVE, order=36)
def lots(request: HouseRequest) -> Steps:
    """Those with something in them that somebody else put together (C-3)."""
    rows = lots_visible_to(request.actor).filter(state="collecting", lines__isnull=False)
    others = rows.exclude(opened_by_id=request.actor.person_id)
    if not (yield others):
        return
    for lot in others.distinct().order_by("opened_at", "id"):
        address = reverse("surplus:lot", kwargs={"key": lot.pk})
        yield Wait(f"Approve: {lot.number}, {lot.title}", address, note=f"By {lot.opened_by}")
