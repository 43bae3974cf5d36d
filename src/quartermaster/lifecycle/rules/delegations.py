"""Who may stand in for whom, and for how long."""

from collections.abc import Iterable
from datetime import date

from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.org.roles import Role

LONGEST_DAYS = 92
# a step is taken by one of these and checked by another: who holds one does not stand in there
STEPS: tuple[frozenset[str], ...] = (
    frozenset({Role.COORDINATOR}),
    frozenset({Role.ITMD_ADMIN, Role.ITMD_HELPDESK, Role.SECURITY_APPROVER}),
)


def require_span(starts_on: date, ends_on: date, today: date) -> None:
    """Raise `InvalidInput` unless the days are in order, not over, and not too many."""
    if ends_on < starts_on:
        raise InvalidInput("The last day comes before the first.", field="ends_on")
    if ends_on < today:
        raise InvalidInput("These days are over.", field="ends_on")
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise InvalidInput(f"A delegation lasts {LONGEST_DAYS} days at most.", field="ends_on")


def require_apart(mine: Iterable[str], theirs: Iterable[str]) -> None:
    """Raise `Conflict` where the delegate takes the other step of the same request."""
    for step in STEPS:
        if set(mine) & step and set(theirs) & set().union(*(s for s in STEPS if s is not step)):
            raise Conflict(
                "They take the other step of the same requests, and nobody takes both. Name"
                " somebody else.",
                field="delegate",
            )
