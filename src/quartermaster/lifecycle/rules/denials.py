"""A holder says that they do not have a device: somebody must find out what became of it (C-3)."""

from datetime import timedelta

from django.db.models import TextChoices

from quartermaster.kernel.transitions import Machine, Transition


class DenialState(TextChoices):
    OPEN = "open", "Where is it?"
    REPORTED = "reported", "Reported as a loss"
    MOVED = "moved", "It came to light: it is with somebody else, or back"
    EXPLAINED = "explained", "The holder has it after all"


_S = DenialState
DENIAL: Machine[DenialState] = Machine(
    "question where a device is",
    _S.OPEN,
    [
        Transition("report", frozenset({_S.OPEN}), _S.REPORTED),
        Transition("move", frozenset({_S.OPEN}), _S.MOVED),
        Transition("explain", frozenset({_S.OPEN}), _S.EXPLAINED),
    ],
)
DUE = timedelta(days=3)
REMIND_AGAIN = timedelta(days=2)
MOST_REMINDERS = 5
