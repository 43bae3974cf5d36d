"""What is due by the clock of people who leave."""

from datetime import datetime

from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import recoveries

HOUSE = system("lifecycle")


def follow_recoveries(at: datetime) -> int:
    """Settle what came back, take the steps that are due, close what is done; how many steps."""
    recoveries.settle_returned(actor=HOUSE, at=at)
    taken = recoveries.take_recovery_steps(actor=HOUSE, at=at)
    recoveries.close_settled(actor=HOUSE, at=at)
    return taken
