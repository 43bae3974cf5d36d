"""Rules that act by themselves: made, approved, stopped by people; carried out by the house."""

from quartermaster.compliance.actions.automatic.access import lift_restriction, restrict_access
from quartermaster.compliance.actions.automatic.deciding import (
    approve_rule,
    go_on,
    let_everything_go_on,
)
from quartermaster.compliance.actions.automatic.destroying import (
    ask_for_proposals,
    decline_proposals,
)
from quartermaster.compliance.actions.automatic.following import follow_requests, follow_settled
from quartermaster.compliance.actions.automatic.performing import perform_due
from quartermaster.compliance.actions.automatic.preparing import prepare_acts
from quartermaster.compliance.actions.automatic.rules import (
    change_rule,
    propose_rule,
    retire_rule,
    try_rule,
)
from quartermaster.compliance.actions.automatic.stopping import stop_everything, stop_rule

__all__ = [
    "approve_rule",
    "ask_for_proposals",
    "change_rule",
    "decline_proposals",
    "follow_requests",
    "follow_settled",
    "go_on",
    "let_everything_go_on",
    "lift_restriction",
    "perform_due",
    "prepare_acts",
    "propose_rule",
    "restrict_access",
    "retire_rule",
    "stop_everything",
    "stop_rule",
    "try_rule",
]
