"""What requests do when an order changes, and what billing may ask of them."""

from datetime import datetime

from quartermaster.billing import authorisations
from quartermaster.billing.events import OrderCancelled
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import purchasing

HOUSE = system("purchasing")

authorisations.register(purchasing.why_not_ordered)


@on(OrderCancelled)
def order_again(event: OrderCancelled, at: datetime) -> None:
    """What an order was raised for is to be ordered again."""
    purchasing.free_items(item_ids=event.request_item_ids, order=event.number, actor=HOUSE, at=at)
