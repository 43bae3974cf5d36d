"""What people who may have something are asked, and what they say of it."""

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded


class SearchState(Worded):
    ASKED = "asked", "Asked"
    ATTESTED = "attested", "Answered"
    PASSED = "passed", "Passed over"


class Answer(Worded):
    NOTHING = "nothing", "I searched and have nothing"
    TRANSFERRED = "transferred", "I searched and saved what I have as records"


SEARCH: Machine[SearchState] = Machine(
    "search",
    SearchState.ASKED,
    [
        Transition("attest", frozenset({SearchState.ASKED}), SearchState.ATTESTED),
        Transition("pass over", frozenset({SearchState.ASKED}), SearchState.PASSED),
        Transition(
            "ask again", frozenset({SearchState.ATTESTED, SearchState.PASSED}), SearchState.ASKED
        ),
    ],
)
ESCALATE_AFTER = 2  # reminders; from then on the supervisor hears of it as well
KEEP = "Its holder is asked for an open-records request and has not answered yet."


def unanswered(waiting: int) -> str:
    """How many are waited for, as the beginning of a sentence."""
    return f"{waiting} of the people asked {'has' if waiting == 1 else 'have'} not answered yet."


def escalates(reminders: int) -> bool:
    """Whether the reminder with this number (the first is 1) goes to the supervisor, too."""
    return reminders > ESCALATE_AFTER
