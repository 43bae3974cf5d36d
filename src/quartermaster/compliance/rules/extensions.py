"""More time to put something right: asked for by the holder, once, and decided by another (C-1)."""

from quartermaster.compliance.rules.findings import FindingState
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

MOST_DAYS = 10  # working days
DECIDE_DAYS = 2  # working days to decide; as long, the time is not over


class ExtensionState(Worded):
    """Lapsed: nobody decided in time, or the finding was settled before."""

    ASKED = "asked", "To be decided"
    GRANTED = "granted", "Granted"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Lapsed"


_S = ExtensionState
EXTENSION: Machine[ExtensionState] = Machine(
    "extension",
    _S.ASKED,
    [
        Transition("grant", frozenset({_S.ASKED}), _S.GRANTED),
        Transition("decline", frozenset({_S.ASKED}), _S.DECLINED),
        Transition("lapse", frozenset({_S.ASKED}), _S.LAPSED),
    ],
)


def why_no_extension(state: FindingState, severity: Severity, *, asked: bool) -> str:
    """Why no more time can be asked for, as a sentence; empty if it can."""
    if asked:
        return "More time can be asked for once."
    if severity is Severity.SERIOUS:
        return "What is serious has to be put right at once; ITMD and your coordinator help you."
    if state is FindingState.OPEN:
        return "The time to put it right has not begun yet."
    if state is not FindingState.NOTICED:
        return "The time to put it right is over, or it is settled."
    return ""
