"""Getting back what a person who leaves still has: states, steps by the clock, what may be let go.

A recovery is of one person; what is owed are its things and its charges (C-4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils import timezone

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.lifecycle.recovery_permits import RECOVERY_MANAGE, RECOVERY_PURSUE


class RecoveryState(StrEnum):
    """Announced: the last day is still to come. The rest follow in order, or it is called off."""

    ANNOUNCED = "announced"
    OPEN = "open"
    DEMANDED = "demanded"
    WITH_ATTORNEY = "with_attorney"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _RECOVERY_LABELS[self]


_RECOVERY_LABELS = {
    RecoveryState.ANNOUNCED: "Leaves soon",
    RecoveryState.OPEN: "Things are due",
    RecoveryState.DEMANDED: "Demanded in writing",
    RecoveryState.WITH_ATTORNEY: "With the City Attorney",
    RecoveryState.CLOSED: "Closed",
    RecoveryState.CANCELLED: "Called off",
}
_R = RecoveryState
LIVE_RECOVERIES = frozenset({_R.ANNOUNCED, _R.OPEN, _R.DEMANDED, _R.WITH_ATTORNEY})
BEGUN = LIVE_RECOVERIES - {_R.ANNOUNCED}
RECOVERY: Machine[RecoveryState] = Machine(
    "recovery",
    _R.ANNOUNCED,
    [
        Transition("begin", frozenset({_R.ANNOUNCED}), _R.OPEN),
        Transition("demand", frozenset({_R.OPEN, _R.DEMANDED}), _R.DEMANDED, RECOVERY_PURSUE),
        Transition("hand over", frozenset({_R.DEMANDED}), _R.WITH_ATTORNEY, RECOVERY_PURSUE),
        Transition("close", BEGUN, _R.CLOSED, RECOVERY_MANAGE),
        # an invoice may come months later
        Transition("open again", frozenset({_R.CLOSED}), _R.OPEN, RECOVERY_MANAGE),
        Transition("call off", LIVE_RECOVERIES, _R.CANCELLED),
    ],
)


class OwedState(StrEnum):
    """Of a thing or a charge: settled is back, ended or paid; letting go takes two people."""

    DUE = "due"
    LET_GO_ASKED = "let_go_asked"
    SETTLED = "settled"
    LET_GO = "let_go"

    @property
    def label(self) -> str:
        return _OWED_LABELS[self]


_OWED_LABELS = {
    OwedState.DUE: "Due",
    OwedState.LET_GO_ASKED: "To be let go, needs a second person",
    OwedState.SETTLED: "Settled",
    OwedState.LET_GO: "Let go",
}
_O = OwedState
STILL_OWED = frozenset({_O.DUE, _O.LET_GO_ASKED})
OWED: Machine[OwedState] = Machine(
    "thing owed",
    _O.DUE,
    [
        Transition("settle", STILL_OWED, _O.SETTLED, RECOVERY_MANAGE),
        Transition("ask to let go", frozenset({_O.DUE}), _O.LET_GO_ASKED, RECOVERY_PURSUE),
        Transition("let go", frozenset({_O.LET_GO_ASKED}), _O.LET_GO, RECOVERY_PURSUE),
        Transition("keep due", frozenset({_O.LET_GO_ASKED}), _O.DUE, RECOVERY_PURSUE),
        Transition("due again", frozenset({_O.SETTLED}), _O.DUE),
    ],
)


class ItemKind(StrEnum):
    """What is due. Personal: City data on a device of the person's own."""

    DEVICE = "device"
    PERSONAL = "personal"
    LINE = "line"
    ACCESSORY = "accessory"
    RECORDS = "records"

    @property
    def label(self) -> str:
        return _ITEM_LABELS[self]


_ITEM_LABELS = {
    ItemKind.DEVICE: "City device",
    ItemKind.PERSONAL: "City data on a personal device",
    ItemKind.LINE: "Line",
    ItemKind.ACCESSORY: "Accessory",
    ItemKind.RECORDS: "Records",
}
# a device leaves the ledger by its own way (loss, disposal) and a line by ending: not by grace
MAY_BE_LET_GO = frozenset({ItemKind.ACCESSORY, ItemKind.RECORDS, ItemKind.PERSONAL})
SETTLED_BY_WORD = frozenset({ItemKind.RECORDS})


class StepKind(StrEnum):
    """What the clock does, each a row with its time."""

    NOTICE = "notice"
    REMINDER = "reminder"
    LOCK = "lock"
    WIPE = "wipe"
    SUSPEND = "suspend"
    OVERDUE = "overdue"
    UNANSWERED = "unanswered"

    @property
    def label(self) -> str:
        return _STEP_LABELS[self]


_STEP_LABELS = {
    StepKind.NOTICE: "Tell who leaves, and who is above",
    StepKind.REMINDER: "Remind",
    StepKind.LOCK: "Lock the device",
    StepKind.WIPE: "Have the device erased, or City data removed",
    StepKind.SUSPEND: "Suspend the line",
    StepKind.OVERDUE: "Tell ITMD that a demand is due",
    StepKind.UNANSWERED: "Tell ITMD that the demand was not met",
}


@dataclass(frozen=True)
class Days:
    """The city's periods, in days after the last day."""

    remind: int
    lock: int
    wipe: int
    suspend: int
    demand: int


def opening(on: date) -> datetime:
    """The first instant at which a separation on that day is true, in the city's zone."""
    return datetime.combine(on, time(), tzinfo=timezone.get_current_timezone())


def steps_of_case(on: date, at: datetime, days: Days) -> Mapping[StepKind, datetime]:
    """When the house writes about a recovery as a whole."""
    begins = opening(on)
    before = {StepKind.REMINDER: begins - timedelta(days=days.remind)} if begins > at else {}
    return {
        StepKind.NOTICE: at,
        **before,
        StepKind.OVERDUE: max(begins, at) + timedelta(days=days.demand),
    }


def steps_of_item(kind: ItemKind, begins: datetime, days: Days) -> Mapping[StepKind, datetime]:
    """When the house acts on a thing that is not back by then.

    A line is suspended after its device had time to be erased: without it the command never
    arrives. A hot-spot has no other control than its line; it is an `ItemKind.DEVICE` all the same.
    """

    def after(count: int) -> datetime:
        return begins + timedelta(days=count)

    if kind is ItemKind.DEVICE:
        return {StepKind.LOCK: after(days.lock), StepKind.WIPE: after(days.wipe)}
    if kind is ItemKind.PERSONAL:
        return {StepKind.WIPE: after(days.lock)}
    if kind is ItemKind.LINE:
        return {StepKind.SUSPEND: after(days.suspend)}
    return {}


def why_not_let_go(kind: ItemKind) -> str:
    """Why a thing cannot be let go by two people here, as a sentence; empty where it can."""
    if kind is ItemKind.DEVICE:
        return "A City device is written off on its own page, by the City's procedure."
    if kind is ItemKind.LINE:
        return "A line is not let go; suspend or cancel it, or give it to somebody else."
    return ""


def chargeable(from_on: date, until_on: date, separated_on: date) -> str:
    """Why a period is not for the person who left to pay, as a sentence; empty where it is."""
    if until_on < from_on:
        return "The period ends before it begins."
    if from_on < separated_on:
        return "Only what was incurred after the last day is charged to the person."
    return ""
