"""What is found in an invoice: its kind, what is at stake, how it was reckoned, in a sentence."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from quartermaster.kernel.worded import Worded


class Kind(Worded):
    """What may be wrong with what an invoice says of a line."""

    UNORDERED = "unordered", "Nobody ordered it"
    PERSONAL = "personal", "A personal number"
    CANCELLED = "cancelled", "Ended, and billed"
    SUSPENDED = "suspended", "Suspended, and billed"
    SEPARATED = "separated", "Of somebody who left"
    RATE = "rate", "Not the contract's rate"
    UNUSED = "unused", "Not used"
    DUPLICATE = "duplicate", "Billed twice"
    PLAN = "plan", "Another plan is cheaper"
    ROAMING = "roaming", "Much roaming"
    INTERNATIONAL = "international", "Much international use"
    PREMIUM = "premium", "Premium services"
    INSTALMENT = "instalment", "Instalment after return"


CLAUSES = {
    Kind.PERSONAL: "G-2",
    Kind.SEPARATED: "C-4",
    Kind.UNUSED: "G-9",
    Kind.PLAN: "G-9",
    Kind.ROAMING: "G-9",
    Kind.INTERNATIONAL: "G-9",
    Kind.PREMIUM: "G-9",
}
# what the carrier may be asked to give back
DISPUTABLE = frozenset(Kind) - {Kind.SEPARATED, Kind.UNUSED, Kind.PLAN, Kind.PERSONAL}


def clause_of(kind: Kind) -> str:
    return CLAUSES.get(kind, "G-12")


@dataclass(frozen=True)
class Found:
    """One finding. ``detail`` tells it apart from others of its kind on the same line.

    ``cents`` is what is at stake in this invoice; negative, where too little was billed.
    """

    kind: Kind
    number: str
    cents: int
    sentence: str
    steps: tuple[str, ...]
    detail: str = ""
    line_id: UUID | None = None
    department_id: UUID | None = None
    person_id: UUID | None = None
    from_on: date | None = None
    until_on: date | None = None
