"""Pure decisions about commands: overdue, tried again, and where they stand, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quartermaster.mdm.states import INSTALL, CommandState

MOST_RETRIES = 4
FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=12)
# What is tried again by the house or by one person. Whatever needs two people is not among them.
REPEATABLE = ("ask:", "do:", "app:", INSTALL)
ENDED = frozenset({CommandState.FAILED, CommandState.CANCELLED, CommandState.EXPIRED})


def pause_before(retry: int) -> timedelta:
    """How long to wait before the n-th retry (from 1): longer and longer, half a day at most."""
    factor: int = 4 ** max(retry - 1, 0)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


def is_repeatable(key: str) -> bool:
    return key.startswith(REPEATABLE)


def retry_due(*, key: str, retries: int, temporary: bool, at: datetime) -> datetime | None:
    """When the house tries a refused command again by itself; None: never."""
    if not temporary or retries >= MOST_RETRIES or not is_repeatable(key):
        return None
    return at + pause_before(retries + 1)


@dataclass(frozen=True)
class Timeline:
    """What is known of a command's way, as plain values."""

    state: str
    queued_at: datetime
    sent_at: datetime | None = None
    deferred_at: datetime | None = None
    seen_at: datetime | None = None


def is_overdue(known: Timeline, at: datetime, patience: timedelta) -> bool:
    """Whether a command that is open should have been answered by now."""
    if known.state == CommandState.QUEUED:
        return known.queued_at <= at - patience
    if known.state == CommandState.SENT and known.sent_at is not None:
        return known.sent_at <= at - patience
    return False


def standing(known: Timeline, at: datetime, patience: timedelta) -> str:
    """Where a command stands, as the beginning of a sentence; empty where its state says it all."""
    if known.state == CommandState.DEFERRED:
        return "Waiting until the device is unlocked"
    if not is_overdue(known, at, patience):
        return ""
    if known.state == CommandState.SENT:
        seen = known.seen_at is not None and known.sent_at is not None
        if seen and known.seen_at > known.sent_at:  # type: ignore[operator]
            return "The device took it and was seen since, but has not answered"
        return "The device took it and was not seen since"
    if known.seen_at is not None and known.seen_at > known.queued_at:
        return "The device was seen since, but has not taken it"
    return "The device was not seen since this was queued"
