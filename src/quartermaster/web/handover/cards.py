"""What of hand-outs needs someone's attention."""

from django.urls import reverse

from quartermaster.lifecycle.permits import HANDOVER_PREPARE, HANDOVER_SIGN
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=8, permit=HANDOVER_SIGN)
def to_sign(request: HouseRequest) -> Counted:
    """What is ready for the reader's own signature (S-2)."""
    rows = queries.to_sign(request.actor, request.at)
    count = yield rows
    if not count:
        return None
    first = rows.order_by("expires_at").first()
    assert first is not None
    address = (
        reverse("handover:sign", kwargs={"key": first.pk})
        if count == 1
        else reverse("handover:handouts") + "?state=prepared"
    )
    return Card("Ready for you to sign for", count, address, "Look, and sign.", tone="warning")


@card(order=34, permit=HANDOVER_PREPARE)
def awaited(request: HouseRequest) -> Counted:
    """What went out before it was enrolled (G-10)."""
    count = yield queries.awaited_visible_to(request.actor)
    if not count:
        return None
    said = "Handed out by an exception, and not enrolled yet."
    return Card("To be enrolled", count, reverse("handover:awaited"), said, tone="warning")
