"""When a device is woken, and when it is left alone. Pure: everything known is handed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

SETTLE = timedelta(seconds=5)  # a device that talks to us just now fetches new work by itself
HOLD = timedelta(seconds=15)  # between two wakes that the device has not answered
PATIENCE = timedelta(minutes=15)  # for one that came and left work undone: it calls by itself
FIRST_PAUSE, GROWTH, LONGEST_PAUSE = timedelta(minutes=5), 3, timedelta(days=1)
MOST_WAKES = 20  # without an answer; about as long as a command lives
FIRST_RETREAT, LONGEST_RETREAT = timedelta(seconds=30), timedelta(hours=1)


class Verb(Enum):
    """What is to be done about a wake that is due."""

    WAKE = "wake"
    LATER = "later"
    REST = "rest"


@dataclass(frozen=True)
class Decision:
    """What to do, and for `LATER` when to look again."""

    verb: Verb
    due_at: datetime | None = None


@dataclass(frozen=True)
class Sleep:
    """What is known of a device that may have to be woken.

    ``asked_at``: when somebody last had something new for it; ``waiting``: whether anything still
    waits; ``attempts``: wakes since it last answered one.
    """

    asked_at: datetime
    waiting: bool
    woken_at: datetime | None = None
    seen_at: datetime | None = None
    attempts: int = 0

    @property
    def answered(self) -> bool:
        """Whether the device came after the last wake."""
        if self.woken_at is None:
            return True
        return self.seen_at is not None and self.seen_at > self.woken_at


_REST = Decision(Verb.REST)
_WAKE = Decision(Verb.WAKE)


def pause(attempts: int) -> timedelta:
    """How long an answer is waited for after so many wakes."""
    factor: int = GROWTH ** max(min(attempts - 1, 12), 0)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


def retreat(failures: int) -> timedelta:
    """How long a service that is too busy is left alone after so many refusals in a row."""
    factor: int = 2 ** max(min(failures - 1, 12), 0)
    return min(FIRST_RETREAT * factor, LONGEST_RETREAT)


def decide(sleep: Sleep, at: datetime) -> Decision:
    """Wake the device, look again later, or let it rest."""
    if not sleep.waiting:
        return _REST
    quiet = _quiet_until(sleep)
    if quiet is not None and quiet > at:
        return Decision(Verb.LATER, quiet)
    if sleep.woken_at is None or sleep.asked_at > sleep.woken_at:
        return _WAKE
    if sleep.attempts >= MOST_WAKES:
        return _REST
    due = _again_at(sleep, sleep.woken_at)
    return _WAKE if due <= at else Decision(Verb.LATER, due)


def _quiet_until(sleep: Sleep) -> datetime | None:
    """Until when the device is left alone whatever waits."""
    marks = []
    if sleep.seen_at is not None:
        marks.append(sleep.seen_at + SETTLE)
    if sleep.woken_at is not None:
        marks.append(sleep.woken_at + (SETTLE if sleep.answered else HOLD))
    return max(marks, default=None)


def _again_at(sleep: Sleep, woken_at: datetime) -> datetime:
    due = woken_at + pause(max(sleep.attempts, 1))
    if sleep.answered and sleep.seen_at is not None:
        due = max(due, sleep.seen_at + PATIENCE)
    return due


def attempts_after(sleep: Sleep) -> int:
    """The count of wakes once this one is sent: from the start where there is news."""
    fresh = sleep.woken_at is None or sleep.asked_at > sleep.woken_at
    return 1 if fresh and sleep.answered else sleep.attempts + 1
