"""What becomes of findings, disputes and invoices: states, sums, words (G-12, G-2)."""

from collections.abc import Iterable

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

LONGEST = 1000
DISPUTE_PREFIX = "DSP"


class FindingState(Worded):
    OPEN = "open", "To be decided"
    ACCEPTED = "accepted", "Accepted"
    EXPLAINED = "explained", "Explained"
    DISPUTED = "disputed", "Disputed"
    SETTLED = "settled", "Credited"
    CLOSED = "closed", "No longer so"


class DisputeState(Worded):
    DRAFT = "draft", "Being collected"
    SENT = "sent", "With the carrier"
    ANSWERED = "answered", "Answered"
    SETTLED = "settled", "Credited"
    DROPPED = "dropped", "Given up"


class SharingKey(Worded):
    """How what is of no line is shared out among departments."""

    LINES = "lines", "By the number of lines"
    CHARGES = "charges", "By what their lines cost"
    EVENLY = "evenly", "In equal parts"


_F = FindingState
LIVE_FINDINGS = frozenset({_F.OPEN, _F.ACCEPTED, _F.DISPUTED})
DECIDED = frozenset({_F.ACCEPTED, _F.EXPLAINED, _F.DISPUTED})
BILLING_FINDING: Machine[FindingState] = Machine(
    "finding",
    _F.OPEN,
    [
        Transition("accept", frozenset({_F.OPEN}), _F.ACCEPTED),
        Transition("explain", frozenset({_F.OPEN, _F.ACCEPTED}), _F.EXPLAINED),
        Transition("dispute", frozenset({_F.OPEN, _F.ACCEPTED}), _F.DISPUTED),
        Transition("take back", frozenset({_F.DISPUTED}), _F.OPEN),
        Transition("settle", frozenset({_F.DISPUTED}), _F.SETTLED),
        Transition("credit undone", frozenset({_F.SETTLED}), _F.DISPUTED),
        Transition("give up", frozenset({_F.DISPUTED}), _F.ACCEPTED),
        Transition("close", LIVE_FINDINGS | {_F.EXPLAINED}, _F.CLOSED),
        Transition("come again", frozenset({_F.CLOSED, _F.EXPLAINED, _F.ACCEPTED}), _F.OPEN),
    ],
)

_D = DisputeState
WAITING = frozenset({_D.SENT, _D.ANSWERED})
OVER = frozenset({_D.SETTLED, _D.DROPPED})
DISPUTE: Machine[DisputeState] = Machine(
    "dispute",
    _D.DRAFT,
    [
        Transition("send", frozenset({_D.DRAFT}), _D.SENT),
        Transition("answer", WAITING, _D.ANSWERED),
        Transition("settle", WAITING, _D.SETTLED),
        Transition("credit undone", frozenset({_D.SETTLED}), _D.SENT),
        Transition("drop", WAITING | {_D.DRAFT}, _D.DROPPED),
    ],
)


def payable(total: int, *, personal: int, disputed: Iterable[int]) -> tuple[int, int]:
    """What is disputed, and what is to be paid: the total without that and what is personal.

    No more is held back than was billed at all.
    """
    held = min(sum(disputed), max(0, total - personal))
    return held, total - personal - held
