"""What the house knows when it holds an invoice against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from quartermaster.billing.rules.invoices import Charge, InvoiceRead, LineBill


@dataclass(frozen=True)
class Served:
    """A line as it was ordered: a plan with its rates, until a day that is no longer of it."""

    plan: str
    rates: Mapping[date, int]
    from_on: date
    until_on: date | None = None
    order: str = ""


@dataclass(frozen=True)
class Stood:
    """What a line's status was, until a day on which it was another."""

    status: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Had:
    """Who had a line, until a day on which they had it no longer."""

    from_on: date
    until_on: date | None = None
    person_id: UUID | None = None
    person: str = ""
    department_id: UUID | None = None
    separated_on: date | None = None  # their last day


@dataclass(frozen=True)
class Known:
    """All that is known of one number at one carrier."""

    number: str
    line_id: UUID | None = None
    covered: bool = True  # its department is one for which ITMD buys
    services: tuple[Served, ...] = ()
    statuses: tuple[Stood, ...] = ()
    holders: tuple[Had, ...] = ()


@dataclass(frozen=True)
class Personal:
    """Whose own a number is known to be."""

    person: str
    person_id: UUID | None = None
    how: str = ""


@dataclass(frozen=True)
class Waiting:
    """Lines of a plan that were sent for and have not come."""

    plan: str
    account: str
    count: int
    order: str
    from_on: date


@dataclass(frozen=True)
class PlanOffer:
    """A plan that can be had under the contract. No allowance: unlimited."""

    name: str
    monthly_cents: int
    allowance_mb: int | None = None
    allowance_minutes: int | None = None
    pooled: bool = False


@dataclass(frozen=True)
class Returned:
    """A device that its holder gave back, and nobody has had since."""

    tag: str
    on: date
    device_id: UUID


@dataclass(frozen=True)
class Elsewhere:
    """A charge of the same number on another invoice in force, that comes before this one."""

    invoice: str
    charge: Charge


@dataclass(frozen=True)
class Thresholds:
    """From how much on something is worth a person's look. Cents, or numbers of cycles."""

    minor_cents: int = 500
    extras_cents: int = 500
    saving_cents: int = 500
    unused_cycles: int = 3
    months_compared: int = 3


@dataclass(frozen=True)
class World:
    """What an invoice is held against. ``earlier`` are those of its account, newest first."""

    known: Mapping[str, Known] = field(default_factory=dict)
    by_iccid: Mapping[str, Known] = field(default_factory=dict)
    personal: Mapping[str, Personal] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    offers: tuple[PlanOffer, ...] = ()
    returned: Mapping[str, Returned] = field(default_factory=dict)
    elsewhere: Mapping[str, tuple[Elsewhere, ...]] = field(default_factory=dict)
    earlier: tuple[InvoiceRead, ...] = ()
    cost_centres: Mapping[str, UUID] = field(default_factory=dict)
    owners: frozenset[str] = frozenset()  # names of people with a personal device in City work
    thresholds: Thresholds = field(default_factory=Thresholds)

    @cached_property
    def earlier_bills(self) -> tuple[Mapping[str, LineBill], ...]:
        """The lines of the earlier invoices, by number."""
        return tuple({line.number: line for line in read.lines} for read in self.earlier)
