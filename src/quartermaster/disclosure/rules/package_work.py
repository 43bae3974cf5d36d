"""How a release is put together: asked for, made in steps by the clock, ready or given up."""

from datetime import datetime, timedelta

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

MOST_ATTEMPTS = 3
CLAIM = timedelta(minutes=30)  # longer than the processes that open documents may live
_PAUSES = (timedelta(minutes=2), timedelta(minutes=30))
LONGEST_PROBLEM = 500


class PackageState(Worded):
    WAITING = "waiting", "Being put together"
    READY = "ready", "Ready"
    FAILED = "failed", "Not put together"


class Step(Worded):
    """What is done now, in this order."""

    QUEUED = "queued", "It waits for its turn"
    BINDING = "binding", "Index, copies and numbers become one document"
    NATIVES = "natives", "Files that are given out as they are"
    PRODUCING = "producing", "Pictures, text and load files"
    KEEPING = "keeping", "The files are sealed and kept"


_WAITING = frozenset({PackageState.WAITING})
PACKAGE_WORK: Machine[PackageState] = Machine(
    "release",
    PackageState.WAITING,
    [
        Transition("finish", _WAITING, PackageState.READY),
        Transition("give up", _WAITING, PackageState.FAILED),
    ],
)


def next_try(attempts: int, at: datetime) -> datetime | None:
    """When it is tried again after so many attempts; None: no more."""
    return at + _PAUSES[attempts - 1] if attempts < MOST_ATTEMPTS else None


def place_of(step: Step) -> int:
    """Which step it is, from 0."""
    return list(Step).index(step)
