"""Mail that could not be delivered."""

from django.urls import reverse

from quartermaster.notify.permits import MESSAGE_RETRY
from quartermaster.notify.queries import count_failed
from quartermaster.web.cards import Card, card
from quartermaster.web.request import HouseRequest


@card(order=30, permit=MESSAGE_RETRY)
def failed(request: HouseRequest) -> Card | None:  # noqa: ARG001 (every card has it)
    """Messages that the mail server refused, or that were tried often enough."""
    count = count_failed()
    if not count:
        return None
    address = reverse("notify:messages") + "?state=failed"
    sentence = "They were refused or tried too often. See why, and try again."
    return Card("Mail not delivered", count, address, sentence, tone="bad")
