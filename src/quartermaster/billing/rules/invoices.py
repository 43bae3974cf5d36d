"""An invoice as it was read out of a carrier's files, whatever their form."""

from dataclasses import dataclass, field
from datetime import date

from quartermaster.kernel.worded import Worded


class ChargeKind(Worded):
    """What an amount is for."""

    PLAN = "plan", "Monthly charge"
    USAGE = "usage", "Use"
    OVERAGE = "overage", "Use beyond the plan"
    ROAMING = "roaming", "Roaming"
    INTERNATIONAL = "international", "International"
    PREMIUM = "premium", "Premium services"
    EQUIPMENT = "equipment", "Equipment"
    SURCHARGE = "surcharge", "Surcharge"
    TAX = "tax", "Tax"
    CREDIT = "credit", "Credit"
    OTHER = "other", "Other"


@dataclass(frozen=True)
class Charge:
    """One amount in cents; a credit is negative. The span is that of a part of a cycle."""

    kind: ChargeKind
    description: str
    cents: int
    from_on: date | None = None
    until_on: date | None = None  # the last day of the span


@dataclass(frozen=True)
class Amounts:
    """What one line used in a cycle, as the carrier's summary has it."""

    seconds: int = 0
    messages: int = 0
    kilobytes: int = 0
    roaming_seconds: int = 0
    roaming_kilobytes: int = 0
    international_seconds: int = 0


@dataclass(frozen=True)
class LineBill:
    """What an invoice says of one line."""

    number: str  # E.164
    plan: str = ""
    user: str = ""  # the name on the bill, which need not be the holder's
    cost_centre: str = ""
    iccid: str = ""
    imei: str = ""
    used: Amounts = field(default_factory=Amounts)
    charges: tuple[Charge, ...] = ()

    @property
    def cents(self) -> int:
        return sum(charge.cents for charge in self.charges)


@dataclass(frozen=True)
class InvoiceRead:
    """One invoice of one account for one bill cycle.

    ``stated_cents`` are its own total of this cycle's charges, without what was owed before;
    ``account_charges`` are those of no line.
    """

    carrier: str
    account: str
    number: str
    cycle_from: date
    cycle_until: date  # the cycle's last day
    issued_on: date
    due_on: date | None
    stated_cents: int
    lines: tuple[LineBill, ...]
    account_charges: tuple[Charge, ...] = ()

    @property
    def cents(self) -> int:
        """The sum of every charge that was read."""
        return sum(bill.cents for bill in self.lines) + sum(c.cents for c in self.account_charges)
