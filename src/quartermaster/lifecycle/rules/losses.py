"""From a report to its end: kinds, states, the steps that people owe, and by when (G-11).

What is lost or stolen is looked for, erased, and found or written off. What is damaged is repaired
or given up. Both are cases of one table, and each has a machine of its own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import TextChoices

from quartermaster.kernel.transitions import Machine, Transition


class LossKind(TextChoices):
    LOST = "lost", "Lost"
    STOLEN = "stolen", "Stolen"
    DAMAGED = "damaged", "Damaged"


class LossState(TextChoices):
    """Found late: after the order to erase had reached it, so that it may be empty."""

    SEARCHING = "searching", "Being looked for"
    ERASING = "erasing", "Erasure asked for"
    ERASED = "erased", "Erased, confirmed"
    UNCONFIRMED = "unconfirmed", "Erasure not confirmed"
    FOUND = "found", "Found"
    FOUND_LATE = "found_late", "Found after the erasure was sent"
    WRITTEN_OFF = "written_off", "Written off"
    CLOSED = "closed", "Closed, a personal device"
    DAMAGED = "damaged", "Damage to be looked at"
    IN_REPAIR = "in_repair", "In repair"
    REPAIRED = "repaired", "Fit for use"
    BEYOND_REPAIR = "beyond_repair", "Beyond repair"


_S = LossState
LOSS: Machine[LossState] = Machine(
    "loss",
    _S.SEARCHING,
    [
        Transition("ask to erase", frozenset({_S.SEARCHING, _S.UNCONFIRMED}), _S.ERASING),
        Transition("call off", frozenset({_S.ERASING}), _S.SEARCHING),
        Transition("confirm", frozenset({_S.ERASING}), _S.ERASED),
        Transition("doubt", frozenset({_S.ERASING, _S.ERASED}), _S.UNCONFIRMED),
        Transition("find", frozenset({_S.SEARCHING, _S.ERASING}), _S.FOUND),
        Transition("find late", frozenset({_S.ERASING, _S.ERASED, _S.UNCONFIRMED}), _S.FOUND_LATE),
        Transition(
            "write off", frozenset({_S.SEARCHING, _S.ERASED, _S.UNCONFIRMED}), _S.WRITTEN_OFF
        ),
        Transition("close", frozenset({_S.SEARCHING, _S.ERASED, _S.UNCONFIRMED}), _S.CLOSED),
    ],
)
DAMAGE: Machine[LossState] = Machine(
    "damage",
    _S.DAMAGED,
    [
        Transition("send to repair", frozenset({_S.DAMAGED}), _S.IN_REPAIR),
        Transition("repair", frozenset({_S.DAMAGED, _S.IN_REPAIR}), _S.REPAIRED),
        Transition("give up", frozenset({_S.DAMAGED, _S.IN_REPAIR}), _S.BEYOND_REPAIR),
    ],
)
MISSING = frozenset({_S.SEARCHING, _S.ERASING, _S.ERASED, _S.UNCONFIRMED})
LIVE_LOSSES = MISSING | {_S.DAMAGED, _S.IN_REPAIR}
FOUND = frozenset({_S.FOUND, _S.FOUND_LATE})


class StepKind(TextChoices):
    """What somebody owes to a case."""

    ERASE = "erase", "Decide on the erasure"
    SECOND = "second", "Confirm the erasure as the second person"
    CARRIER = "carrier", "Have the line suspended at the carrier"  # of older cases: orders are it
    POLICE = "police", "Enter the number of the police report"
    SIDE = "side", "Say your side, if you wish"
    DECIDE = "decide", "Decide on responsibility"
    REPLACE = "replace", "Choose a replacement"
    ASSESS = "assess", "Look at the damage"
    REPAIR = "repair", "Get the device back from repair"
    WRITE_OFF = "write_off", "Find it or write it off"


class StepState(TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    CALLED_OFF = "called_off", "Not needed any longer"


class Owner(TextChoices):
    ITMD = "itmd", "ITMD"
    EMPLOYEE = "employee", "The employee"


_K = StepKind
OWNERS: Mapping[StepKind, Owner] = dict.fromkeys(StepKind, Owner.ITMD) | {_K.SIDE: Owner.EMPLOYEE}
MOST_REMINDERS = 5
REMIND_AGAIN = timedelta(days=1)
LONGEST_AGO = timedelta(days=400)


class Responsibility(TextChoices):
    """What ITMD decides after hearing the employee; the last two are referred."""

    NONE = "none", "Nobody is to blame"
    CARELESS = "careless", "Careless"
    REPEATED = "repeated", "Careless, and not for the first time"


REFERRED = frozenset({Responsibility.CARELESS, Responsibility.REPEATED})


class Intake(TextChoices):
    """Who speaks: the holder, somebody above them, or the help desk for a caller."""

    SELF = "self", "By the holder"
    ABOVE = "above", "By a supervisor or coordinator"
    CALL = "call", "By the help desk, for a caller"


def suspend_at(at: datetime, hours: int, *, erasable: bool) -> datetime:
    """When a line is suspended at the latest: at once where no order to erase is on its way."""
    return at + timedelta(hours=hours) if erasable else at


def first_steps(kind: LossKind, *, erasable: bool, held: bool, personal: bool) -> list[StepKind]:
    """What a report asks of people, in the order in which they are shown."""
    if kind is LossKind.DAMAGED:
        asked = [_K.ASSESS]
    else:
        asked = [_K.ERASE] if erasable else []
        asked += [_K.POLICE] if kind is LossKind.STOLEN and not personal else []
        asked += [_K.WRITE_OFF] if not personal else []
    if held and not personal:
        asked += [_K.REPLACE, _K.SIDE, _K.DECIDE]
    return asked
