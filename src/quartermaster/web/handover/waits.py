"""Hand-outs that wait for the reader's signature, or that ITMD sees to."""

from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.lifecycle.permits import HANDOVER_PREPARE, HANDOVER_SIGN
from quartermaster.lifecycle.queries.handovers import awaited_visible_to, contents, to_sign
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("To sign for", permit=HANDOVER_SIGN, order=3)
def signatures(request: HouseRequest) -> Steps:
    """What is ready for the reader, who signs for it (S-2)."""
    rows = to_sign(request.actor, request.at)
    if not (yield rows):
        return
    for row in rows.order_by("expires_at", "id"):
        things = ", ".join(f"{one['what']} ({one['tag']})" for one in contents(row))
        address = reverse("handover:handout", kwargs={"key": row.pk})
        yield Wait(f"Sign for: {things}", address, row.expires_at, row.note)


@waits("Out, and not enrolled", permit=HANDOVER_PREPARE, order=37)
def awaited(request: HouseRequest) -> Steps:
    """What went out by an exception and is overdue to be enrolled (G-10)."""
    rows = awaited_visible_to(request.actor).filter(until__lte=localdate(request.at))
    if not (yield rows):
        return
    for row in rows.order_by("until", "id"):
        address = reverse("handover:handout", kwargs={"key": row.item.handover_id})
        yield Wait(f"Have it enrolled: {row.device}", address, note=row.reason)
