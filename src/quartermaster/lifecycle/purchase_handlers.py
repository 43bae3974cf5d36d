"""What requests do when an order changes, and what billing may ask of them."""

from datetime import datetime

from quartermaster.billing import authorisations
from quartermaster.billing.events import OrderCancelled, PieceReceived
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import purchasing

HOUSE = system("purchasing")

authorisations.register(purchasing.why_not_ordered)


@on(OrderCancelled)
def order_again(event: OrderCancelled, at: datetime) -> None:
    """What an order was raised for is to be ordered again."""
    purchasing.free_items(item_ids=event.request_item_ids, order=event.number, actor=HOUSE, at=at)


@on(PieceReceived)
def keep_for_whom_it_was_ordered(event: PieceReceived, at: datetime) -> None:
    """What came is kept for whom it was ordered, until it is handed out."""
    thing = event.device_id or event.accessory_id or event.line_id
    if thing is not None:
        purchasing.keep_for_item(
            item_id=event.request_item_id,
            thing_id=thing,
            received_by=event.received_by_id,
            at=at,
        )
