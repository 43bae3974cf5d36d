"""What is due by the clock of invoices."""

from datetime import datetime

from quartermaster.billing.actions import invoices
from quartermaster.kernel.permits import system

HOUSE = system("billing")


def look_again(at: datetime) -> int:
    """Match recent invoices against what is known now, and tell of late answers; how many."""
    invoices.remind_of_disputes(actor=HOUSE, at=at)
    return invoices.match_again(actor=HOUSE, at=at)
