"""The life of a count, as a table of verbs, and what may become of a difference."""

from quartermaster.inventory.permits import COUNT_TAKE
from quartermaster.inventory.states import CountState, Resolution, Seen
from quartermaster.kernel.transitions import Machine, Transition

_S = CountState

COUNT = Machine(
    "count",
    _S.OPEN,
    [
        Transition("close", frozenset({_S.OPEN}), _S.COUNTED, COUNT_TAKE),
        Transition("cancel", frozenset({_S.OPEN}), _S.CANCELLED, COUNT_TAKE),
        Transition("sign off", frozenset({_S.COUNTED}), _S.SIGNED, COUNT_TAKE),
    ],
)
WAYS = {
    Seen.MISSING: (Resolution.LOST, Resolution.EXPLAINED),
    Seen.UNEXPECTED: (Resolution.MOVED, Resolution.EXPLAINED),
    Seen.UNKNOWN: (Resolution.REGISTERED, Resolution.EXPLAINED),
}
