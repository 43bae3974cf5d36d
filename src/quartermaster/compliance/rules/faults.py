"""A fault of the house's own: findings that were wrong by the hundred, taken back at once (C-1)."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

MOST_FINDINGS = 5000
LONGEST_SPAN = timedelta(days=366)


class FaultState(Worded):
    """Named by one person, confirmed or refused by another."""

    NAMED = "named", "Needs a second person"
    CONFIRMED = "confirmed", "Taken back"
    REFUSED = "refused", "Refused"


_F = FaultState
FAULT: Machine[FaultState] = Machine(
    "fault",
    _F.NAMED,
    [
        Transition("confirm", frozenset({_F.NAMED}), _F.CONFIRMED),
        Transition("refuse", frozenset({_F.NAMED}), _F.REFUSED),
    ],
)


def digest_of(findings: Iterable[UUID]) -> str:
    """What the second person confirms: exactly these findings."""
    return hashlib.sha256("\n".join(sorted(map(str, findings))).encode()).hexdigest()
