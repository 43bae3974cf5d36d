"""Files that were not taken for what is in them: their states, and how many of a person wait."""

import re
from dataclasses import dataclass

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

LONGEST_PROBLEM, LONGEST_TYPE = 300, 127
KEPT = "It is kept for the records custodian, who looks at it and says what becomes of it."
NO_ROOM = (
    "It is not kept, as too many of your files wait for the records custodian already: ask them."
)
_UNSAID = re.compile(r"[^\x20-\x7e]")


class RefusedState(Worded):
    """What became of a file that was not taken."""

    WAITING = "waiting", "Waits for the records custodian"
    RELEASED = "released", "Saved by the custodian"
    DISCARDED = "discarded", "Discarded"


_WAITING = frozenset({RefusedState.WAITING})
REFUSED = Machine(
    "file",
    RefusedState.WAITING,
    [
        Transition("release", _WAITING, RefusedState.RELEASED),
        Transition("discard", _WAITING, RefusedState.DISCARDED),
    ],
)


@dataclass(frozen=True)
class Room:
    """How many files of one person may wait, and how large they may be together."""

    files: int
    size: int

    def takes(self, size: int, *, files: int, together: int) -> bool:
        """Whether one more of this size may wait beside those that do."""
        return files < self.files and together + size <= self.size


def media_type_said(declared: str) -> str:
    """The sender's word of what it is, fit to be shown; it is believed nowhere."""
    return _UNSAID.sub("", declared).strip()[:LONGEST_TYPE]
