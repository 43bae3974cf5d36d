"""What is due by the clock."""

from datetime import datetime

from quartermaster.compliance import actions, queries
from quartermaster.kernel.permits import system

HOUSE = system("compliance")


def take_steps(at: datetime) -> int:
    return actions.take_due_steps(actor=HOUSE, at=at)


def sweep(at: datetime) -> int:
    """Evaluate every managed device, as data grows old without a word; how many."""
    count = 0
    for device in queries.devices_to_evaluate().select_related("holder").iterator(chunk_size=500):
        actions.evaluate_device(device=device, actor=HOUSE, at=at)
        count += 1
    return count
