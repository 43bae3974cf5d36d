"""What recoveries do when an invoice has charges after somebody's last day (C-4)."""

from datetime import datetime

from quartermaster.billing.invoice_events import ChargedAfterSeparation
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import recoveries

HOUSE = system("lifecycle")


@on(ChargedAfterSeparation)
def add_to_the_recovery(event: ChargedAfterSeparation, at: datetime) -> None:
    """What was accepted is added to what the person who left owes; the same once."""
    recoveries.charge_from_invoice(
        person_id=event.person_id,
        source=event.source,
        title=f"Service of {event.number} after the last day",
        amount_cents=event.cents,
        from_on=event.from_on,
        until_on=event.until_on,
        line_id=event.line_id,
        invoice=event.invoice,
        actor=HOUSE,
        at=at,
    )
