"""What is due by the clock."""

from datetime import datetime

from quartermaster.disclosure.actions import clock, earlier, ordering
from quartermaster.kernel.permits import system

HOUSE = system("open records")


def take_steps(at: datetime) -> int:
    """Take every step that is due; how many."""
    return (
        clock.take_request_steps(actor=HOUSE, at=at)
        + clock.take_search_steps(actor=HOUSE, at=at)
        + clock.forget_knocks(actor=HOUSE, at=at)
        + earlier.keep_earlier_requests(actor=HOUSE, at=at)
    )


def make_packages(at: datetime) -> int:
    """Put together the releases that were asked for; how many."""
    return ordering.make_ordered(actor=HOUSE, at=at)
