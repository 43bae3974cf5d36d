"""What is due by the clock of imports."""

from collections.abc import Callable
from datetime import datetime

from quartermaster.kernel.permits import system
from quartermaster.usage.actions import files
from quartermaster.usage.actions.folder import look
from quartermaster.usage.disposal.forgetting import forget_originals

HOUSE = system("usage imports")
_MOST = 200


def read_waiting(clock: Callable[[], datetime]) -> int:
    """Read what waits; how many files."""
    count = 0
    while count < _MOST and files.read_next(actor=HOUSE, at=clock()):
        count += 1
    return count


def forget(at: datetime) -> int:
    """Destroy the keys of files whose detail is gone; how many."""
    return forget_originals(actor=HOUSE, at=at)


def look_into_folder(at: datetime) -> int:
    """Take in what lies still in the folder; how many files."""
    return look(actor=HOUSE, at=at)
