"""Reading the text of files: its states, and when it is tried again."""

from datetime import datetime, timedelta
from enum import StrEnum

from quartermaster.kernel.transitions import Machine, Transition

MOST_ATTEMPTS = 3
CLAIM = timedelta(minutes=25)  # longer than the process that reads may live
_PAUSES = (timedelta(minutes=10), timedelta(hours=2))


class TextState(StrEnum):
    """Of the text of one file."""

    WAITING = "waiting"
    READ = "read"
    NONE = "none"
    UNREAD = "unread"
    FAILED = "failed"

    @property
    def label(self) -> str:
        return {
            TextState.WAITING: "Its text is being read",
            TextState.READ: "Found by its text",
            TextState.NONE: "It has no text",
            TextState.UNREAD: "The text in its pictures is not read: tesseract is not installed",
            TextState.FAILED: "Its text could not be read",
        }[self]


_WAITING = frozenset({TextState.WAITING})
TEXT_WORK = Machine(
    "text of a file",
    TextState.WAITING,
    [
        Transition("read", _WAITING, TextState.READ),
        Transition("find nothing", _WAITING, TextState.NONE),
        Transition("miss the tool", _WAITING, TextState.UNREAD),
        Transition("give up", _WAITING, TextState.FAILED),
        Transition("find the tool", frozenset({TextState.UNREAD}), TextState.WAITING),
    ],
)


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When it is tried again after so many attempts; None: no more."""
    return at + _PAUSES[attempts - 1] if attempts < MOST_ATTEMPTS else None


def outcome(*, texts: int, missed: int) -> str:
    """The verb of what a reading came to: texts found, pictures that no tool was there for."""
    if missed:
        return "miss the tool"
    return "read" if texts else "find nothing"
