"""The way of an order to change a line, and decisions about it on plain values (G-9, G-11, C-4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from quartermaster.inventory.carriers import Verb
from quartermaster.inventory.models import LIVE, LineStatus
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

MOST_REMINDERS = 5
MOST_ATTEMPTS = 8
CLAIM = timedelta(minutes=5)  # so long a worker may take; after that another one looks
A_DAY = timedelta(days=1)
LONGEST_POLL = timedelta(hours=1)
CARRIERS_CLOCK = timedelta(minutes=5)  # by which a carrier's clock may be ahead of ours


class LineOrderKind(Worded):
    """What is asked of a carrier, in words."""

    SUSPEND = Verb.SUSPEND.value, "Suspend"
    RESTORE = Verb.RESTORE.value, "Restore"
    CANCEL = Verb.CANCEL.value, "Cancel"
    SWAP_SIM = Verb.SWAP_SIM.value, "Swap the SIM"
    CHANGE_PLAN = Verb.CHANGE_PLAN.value, "Change the plan"

    @property
    def verb(self) -> Verb:
        return Verb(self.value)


class LineOrderState(Worded):
    """Overdue: asked of the carrier, whose word should be here by now."""

    ASKED = "asked", "To be sent"
    SENT = "sent", "With the carrier"
    OVERDUE = "overdue", "No word from the carrier"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused by the carrier"
    CANCELLED = "cancelled", "Called off"


_S = LineOrderState
WITH_CARRIER = frozenset({_S.SENT, _S.OVERDUE})
OPEN_ORDERS = WITH_CARRIER | {_S.ASKED}
SETTLED_ORDERS = frozenset(_S) - OPEN_ORDERS
LINE_ORDER: Machine[LineOrderState] = Machine(
    "order",
    _S.ASKED,
    [
        Transition("send", frozenset({_S.ASKED}), _S.SENT),
        Transition("confirm", WITH_CARRIER, _S.CONFIRMED),
        Transition("refuse", OPEN_ORDERS, _S.REFUSED),
        Transition("run over", frozenset({_S.SENT}), _S.OVERDUE),
        Transition("call off", frozenset({_S.ASKED}), _S.CANCELLED),
        # only a letter can be called back: who reads it has not done it yet, or undoes it
        Transition("recall", WITH_CARRIER, _S.CANCELLED),
        # what the carrier's machine does not take, or does not answer, a person writes
        Transition("hand over", OPEN_ORDERS, _S.ASKED),
    ],
)


@dataclass(frozen=True)
class Standing:
    """What is known of a line where an order is asked for or sent."""

    status: str
    comes_back: bool = False  # it is suspended, and the carrier restores it by itself
    suspending: bool = False  # a suspension was asked of the carrier, or called back by letter


def why_not(kind: LineOrderKind, line: Standing) -> str:
    """Why an order makes no sense for a line, as a sentence; empty where it does."""
    status = LineStatus(line.status)
    if status not in LIVE:
        return "The line has ended."
    if kind is LineOrderKind.CANCEL:
        return ""
    if status is LineStatus.ORDERED:
        return "The line is not in use yet."
    if kind is LineOrderKind.SUSPEND and status is LineStatus.SUSPENDED and not line.comes_back:
        return "The line is suspended."
    if kind is LineOrderKind.RESTORE and status is LineStatus.ACTIVE and not line.suspending:
        return "The line is not suspended."
    return ""


OVERTAKEN: Final = {
    LineOrderKind.CANCEL: frozenset(LineOrderKind) - {LineOrderKind.CANCEL},
    LineOrderKind.RESTORE: frozenset({LineOrderKind.SUSPEND}),
    LineOrderKind.SUSPEND: frozenset({LineOrderKind.RESTORE}),
}


def overtaken_by(kind: LineOrderKind) -> frozenset[LineOrderKind]:
    """Which orders that were not sent yet make no sense any longer once this one is asked for."""
    return OVERTAKEN.get(kind, frozenset())


def pause(attempts: int, after: timedelta | None = None) -> timedelta:
    """How long to wait before asking a carrier again: as it says, or 1, 2, 4… minutes."""
    grown = min(timedelta(minutes=2 ** min(attempts, 6)), LONGEST_POLL)
    return max(grown, after) if after is not None else grown


def next_poll(attempts: int) -> timedelta:
    """How long to wait before asking how far the carrier is: 1, 2, 4… minutes, an hour at most."""
    return min(timedelta(minutes=2 ** min(attempts, 6)), LONGEST_POLL)


def when_sendable(sent: list[datetime], a_day: int | None, at: datetime) -> datetime:
    """When a further change of a line may be sent: the carrier takes so many in a day."""
    recent = sorted(when for when in sent if when > at - A_DAY)
    if a_day is None or len(recent) < a_day:
        return at
    return recent[-a_day] + A_DAY


def require_done_at(done_at: datetime, sent_at: datetime, at: datetime) -> datetime:
    """When the carrier did it: after it was asked, and not later than now."""
    if done_at > at + CARRIERS_CLOCK:
        raise InvalidInput("This is in the future.", field="done_at")
    if done_at < sent_at - CARRIERS_CLOCK:
        raise InvalidInput("This is before the carrier was asked.", field="done_at")
    return done_at
