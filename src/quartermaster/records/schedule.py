"""What is due by the clock."""

from datetime import datetime

from quartermaster.kernel.permits import system
from quartermaster.records.actions import capture, holds

HOUSE = system("records")


def take_steps(at: datetime) -> int:
    """Take every step that is due; how many."""
    return (
        holds.take_hold_steps(actor=HOUSE, at=at)
        + capture.take_capture_steps(actor=HOUSE, at=at)
        + capture.forget_strays(actor=HOUSE, at=at)
    )
