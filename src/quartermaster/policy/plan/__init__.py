"""A change of requirements is first a plan, then applied: nothing happens that was not shown."""

from quartermaster.policy.plan.compare import Plan, Refusal, Shift, grouped, make_plan
from quartermaster.policy.plan.directory import read_defaults, read_directory, write_directory
from quartermaster.policy.plan.impact import Impact, estimator, impacts_of
from quartermaster.policy.plan.proposal import Proposal, read_proposal

__all__ = [
    "Impact",
    "Plan",
    "Proposal",
    "Refusal",
    "Shift",
    "estimator",
    "grouped",
    "impacts_of",
    "make_plan",
    "read_defaults",
    "read_directory",
    "read_proposal",
    "write_directory",
]
