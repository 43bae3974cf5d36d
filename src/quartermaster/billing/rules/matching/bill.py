"""One line's bill beside what is known of it, as the rules look at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from quartermaster.billing.rules.invoices import Charge, ChargeKind, InvoiceRead, LineBill
from quartermaster.billing.rules.matching.days import Span, span_of
from quartermaster.billing.rules.matching.found import Found, Kind
from quartermaster.billing.rules.matching.known import Had, Known, World
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.kernel.money import dollars

ENDED = frozenset({"cancelled", "ported"})


@dataclass(frozen=True)
class Bill:
    """A line of an invoice, the invoice, and the world."""

    line: LineBill
    invoice: InvoiceRead
    known: Known
    world: World

    @cached_property
    def cycle(self) -> Span:
        return Span(self.invoice.cycle_from, self.invoice.cycle_until)

    def charges(self, *kinds: ChargeKind) -> list[Charge]:
        return [charge for charge in self.line.charges if charge.kind in kinds]

    def total(self, *kinds: ChargeKind) -> int:
        return sum(charge.cents for charge in self.charges(*kinds))

    def span(self, charge: Charge) -> Span:
        """The days that a charge is for: its own, or the cycle's."""
        if charge.from_on is None or charge.until_on is None:
            return self.cycle
        return Span(charge.from_on, charge.until_on)

    @cached_property
    def ended_on(self) -> date | None:
        """The first day on which the line had ended for good; None where it had not."""
        last = self.known.statuses[-1] if self.known.statuses else None
        return last.from_on if last is not None and last.status in ENDED else None

    def standing(self, status: str, within: Span) -> list[Span]:
        """The days within a span on which the line had a status."""
        spans = (
            span_of(stood.from_on, stood.until_on, within)
            for stood in self.known.statuses
            if stood.status == status
        )
        return [span for span in spans if span is not None]

    @property
    def shown(self) -> str:
        """The number as people read it."""
        return pretty_number(self.line.number)

    @cached_property
    def holder(self) -> Had | None:
        """Who had the line last within the cycle, or before it."""
        had = [item for item in self.known.holders if item.from_on <= self.cycle.last]
        return had[-1] if had else (self.known.holders[0] if self.known.holders else None)

    @cached_property
    def department_id(self) -> UUID | None:
        if self.holder is not None and self.holder.department_id is not None:
            return self.holder.department_id
        return self.world.cost_centres.get(self.line.cost_centre.casefold())

    def found(
        self,
        kind: Kind,
        cents: int,
        sentence: str,
        steps: Iterable[str],
        *,
        detail: str = "",
        had: Had | None = None,
        span: Span | None = None,
    ) -> Found:
        """A finding on this line; what is known of it goes along."""
        had = had or self.holder
        return Found(
            kind=kind,
            number=self.line.number,
            cents=cents,
            sentence=sentence,
            steps=tuple(steps),
            detail=detail,
            line_id=self.known.line_id,
            department_id=(had.department_id if had else None) or self.department_id,
            person_id=had.person_id if had else None,
            from_on=span.first if span else None,
            until_on=span.last if span else None,
        )


def written(charge: Charge) -> str:
    """A charge as a step of a calculation names it."""
    words = charge.description or charge.kind.label
    if charge.from_on is not None and charge.until_on is not None:
        words += f", {Span(charge.from_on, charge.until_on)}"
    return f"{words}: {dollars(charge.cents)}"
