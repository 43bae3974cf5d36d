"""When an acknowledgement is due, and when to remind of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from quartermaster.kernel.errors import InvalidInput

DEFAULT_DAYS = 14  # a City default, not policy text
MOST_DAYS = 365
REPEAT_EVERY = timedelta(days=7)
LAST_CALL = timedelta(days=1)


class ReminderKind(StrEnum):
    FIRST = "first"
    REPEAT = "repeat"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Planned:
    kind: ReminderKind
    due_at: datetime


def check_days(days: int) -> None:
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"The time to acknowledge is 1 to {MOST_DAYS} days.")


def deadline(asked_at: datetime, in_force_from: datetime, days: int) -> datetime:
    """The days count from the asking, or from the coming into force where that is later."""
    return max(asked_at, in_force_from) + timedelta(days=days)


def plan(asked_at: datetime, due_at: datetime) -> tuple[Planned, ...]:
    """The first notice at once, a repeat half-way and the day before, then the first overdue one.

    Two notices never come closer than `LAST_CALL` to one another.
    """
    planned = [Planned(ReminderKind.FIRST, asked_at)]
    for when in (asked_at + (due_at - asked_at) / 2, due_at - LAST_CALL):
        if when - planned[-1].due_at >= LAST_CALL:
            planned.append(Planned(ReminderKind.REPEAT, when))
    return (*planned, Planned(ReminderKind.OVERDUE, due_at))


def next_overdue(sent_at: datetime) -> Planned:
    """While it is missing, it is asked for again, week by week."""
    return Planned(ReminderKind.OVERDUE, sent_at + REPEAT_EVERY)


def is_asked(*, active: bool, covered: bool, adopted_items: bool) -> bool:
    """Excluded departments' people are asked only where their department adopted items (S-3)."""
    return active and (covered or adopted_items)
