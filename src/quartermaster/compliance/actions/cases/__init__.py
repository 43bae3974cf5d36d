"""What is done with a case: by people, by the clock, and by what becomes of its finding."""

from quartermaster.compliance.actions.cases.answers import answer, appeal
from quartermaster.compliance.actions.cases.clock import take_case_steps
from quartermaster.compliance.actions.cases.exporting import export_case
from quartermaster.compliance.actions.cases.follow import follow_finding, resume_cases
from quartermaster.compliance.actions.cases.outcomes import record_outcome, review_appeal
from quartermaster.compliance.actions.cases.people import acknowledge, confirm, dismiss
from quartermaster.compliance.actions.cases.prepare import prepare_cases
from quartermaster.compliance.actions.cases.withdrawing import withdraw_case

__all__ = [
    "acknowledge",
    "answer",
    "appeal",
    "confirm",
    "dismiss",
    "export_case",
    "follow_finding",
    "prepare_cases",
    "record_outcome",
    "resume_cases",
    "review_appeal",
    "take_case_steps",
    "withdraw_case",
]
