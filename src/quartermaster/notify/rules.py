"""Pure decisions about mail: its states, when to try again, what may stand in a heading."""

from datetime import timedelta
from enum import StrEnum

from quartermaster.files.errors import FileTooLarge
from quartermaster.kernel.transitions import Machine, Transition

MOST_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_SUBJECT = 200
PERMANENT = range(500, 600)
LARGEST_POST = 8 * 1024 * 1024  # in bytes: a third more on its way, and servers refuse from 10 MB


class MessageState(StrEnum):
    """Queued messages are tried until they are sent or it is certain that they cannot be."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


MESSAGE = Machine(
    "message",
    MessageState.QUEUED,
    [
        Transition("send", frozenset({MessageState.QUEUED}), MessageState.SENT),
        Transition("postpone", frozenset({MessageState.QUEUED}), MessageState.QUEUED),
        Transition("give up", frozenset({MessageState.QUEUED}), MessageState.FAILED),
        Transition("try again", frozenset({MessageState.FAILED}), MessageState.QUEUED),
    ],
)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1, 2, 4… minutes, six hours at most."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)


def gives_up(code: int | None, attempts: int) -> bool:
    """Whether to stop trying: the server said never (5xx), or it was tried often enough."""
    return (code is not None and code in PERMANENT) or attempts >= MOST_ATTEMPTS


def heading(text: str) -> str:
    """One line, without anything that could begin another header."""
    return " ".join(text.split())[:LONGEST_SUBJECT]


def require_postable(size: int) -> None:
    """Raise `FileTooLarge` where attachments of ``size`` bytes together are more than is taken."""
    if size > LARGEST_POST:
        raise FileTooLarge(
            "These files are too large for a mail. Send a link to them instead.", size=size
        )
