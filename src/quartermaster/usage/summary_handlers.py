"""What follows other detail, and another invoice: the cycle is summed up anew."""

from datetime import datetime

from quartermaster.billing.invoice_events import InvoiceKept
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.usage.usage_events import DetailChanged

HOUSE = system("usage summaries")


@on(DetailChanged)
def sum_detail_up(event: DetailChanged, at: datetime) -> None:
    """Detail came, or took another's place."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage.actions import summarising

    summarising.summarise_cycle(cycle_id=event.cycle_id, actor=HOUSE, at=at)


@on(InvoiceKept)
def sum_invoice_up(event: InvoiceKept, at: datetime) -> None:
    """An invoice came, or took another's place."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage.actions import summarising

    summarising.summarise_invoice(invoice_id=event.invoice_id, actor=HOUSE, at=at)
