"""What is due by the clock."""

from datetime import datetime

from quartermaster.compliance import actions
from quartermaster.compliance.actions import cases
from quartermaster.kernel.permits import system

HOUSE = system("compliance")


def take_steps(at: datetime) -> int:
    taken = actions.take_due_steps(actor=HOUSE, at=at)
    cases.prepare_cases(actor=HOUSE, at=at)
    cases.take_case_steps(actor=HOUSE, at=at)
    cases.resume_cases(actor=HOUSE, at=at)
    return taken


def sweep(at: datetime) -> int:
    """Evaluate what is due by the clock, as data grows old without a word; how many."""
    return actions.evaluate_due(actor=HOUSE, at=at)
