"""What is due by the clock."""

from datetime import datetime

from quartermaster.compliance import actions
from quartermaster.compliance.actions import automatic, cases
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


def act_by_rules(at: datetime) -> int:
    """Follow what was settled, write down what rules call for, carry it out; how many acts."""
    automatic.follow_settled(actor=HOUSE, at=at)
    automatic.follow_requests(actor=HOUSE, at=at)
    automatic.prepare_acts(actor=HOUSE, at=at)
    return automatic.perform_due(actor=HOUSE, at=at)
