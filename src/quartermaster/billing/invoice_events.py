"""What invoices tell."""

from dataclasses import dataclass
from datetime import date
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


@event
@dataclass(frozen=True)
class BillingFindingOpened(Event):
    """Something was found in an invoice, or came again; ``kind`` is of `matching.found.Kind`."""

    tag: ClassVar[str] = "billing.finding.opened"
    finding_id: UUID
    kind: str


@event
@dataclass(frozen=True)
class BillingFindingEnded(Event):
    """A finding was decided, credited, or no longer holds."""

    tag: ClassVar[str] = "billing.finding.ended"
    finding_id: UUID
    kind: str
    state: str
    reason: str


@event
@dataclass(frozen=True)
class ChargedAfterSeparation(Event):
    """A person accepted that a line cost this after its holder's last day (C-4).

    ``source`` is the same for the same cost, however often it is told; ``cents`` is the whole.
    """

    tag: ClassVar[str] = "billing.charge.after-separation"
    finding_id: UUID
    source: str
    person_id: UUID
    line_id: UUID | None
    number: str
    invoice: str
    from_on: date
    until_on: date
    cents: int
