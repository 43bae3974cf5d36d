"""Orders to carriers whose next step is the reader's."""

from django.urls import reverse

from quartermaster.billing.line_order_permits import LINE_ORDER_ASK
from quartermaster.billing.queries.line_orders import refusals_to_settle, words_awaited_by
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Words of carriers", permit=LINE_ORDER_ASK, order=33)
def words(request: HouseRequest) -> Steps:
    """What a carrier was asked by letter, and what it refused (G-9, G-11)."""
    awaited = words_awaited_by(request.actor)
    for order in awaited if (yield awaited) else ():
        note = f"Written to {order.mailed_to}" if order.mailed_to else "To be pasted to its portal"
        title = f"Get the carrier's word: {order}"
        yield Wait(title, _address(order.pk), order.answer_by, note)
    refused = refusals_to_settle(request.actor)
    for order in refused if (yield refused) else ():
        yield Wait(f"Refused: {order}", _address(order.pk), order.settled_at, order.answer)


def _address(key: object) -> str:
    return reverse("line_orders:order", kwargs={"key": key})
