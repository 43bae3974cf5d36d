"""What invoices tell."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from quartermaster.kernel.events import Event, event


@event
@dataclass(frozen=True)
class InvoiceKept(Event):
    """An invoice is in force; ``superseded_id`` is the one whose place it took."""

    tag: ClassVar[str] = "billing.invoice.kept"
    invoice_id: UUID
    superseded_id: UUID | None = None
