"""What of purchasing needs someone's attention."""

from django.urls import reverse

from quartermaster.billing.permits import ORDER_APPROVE, ORDER_RAISE
from quartermaster.billing.queries import orders_visible_to
from quartermaster.web.billing.orders import waiting_to_be_ordered
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=36, permit=ORDER_RAISE)
def to_order(_request: HouseRequest) -> Card | None:
    """What was authorised and is not ordered yet (G-12)."""
    count = waiting_to_be_ordered()
    if not count:
        return None
    said = "Authorised, and not in stock. Raise an order from a contract."
    return Card("To be ordered", count, reverse("billing:contracts"), said, tone="warning")


@card(order=37, permit=ORDER_APPROVE)
def to_approve(request: HouseRequest) -> Counted:
    """Orders that wait for approval (G-12)."""
    count = yield orders_visible_to(request.actor).filter(state="draft")
    if not count:
        return None
    address = reverse("billing:orders") + "?state=draft"
    return Card("Orders to approve", count, address, "Drafted, and not approved.", tone="info")
