"""What is due by the clock."""

from datetime import datetime

from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import second
from quartermaster.lifecycle.actions.loans import take_loan_steps
from quartermaster.lifecycle.actions.requests import take_request_steps

HOUSE = system("lifecycle")


def take_steps(at: datetime) -> int:
    """Reminders, overdue steps, requests that expire, authorisations that end; how many."""
    taken = take_request_steps(actor=HOUSE, at=at) + take_loan_steps(actor=HOUSE, at=at)
    return taken + second.keep_second_devices(actor=HOUSE, at=at)
