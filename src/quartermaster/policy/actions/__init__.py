"""Writes of the room policy."""

from quartermaster.policy.actions.changes import (
    apply_proposal,
    confirm_change,
    decline_change,
    purpose_of,
    withdraw_change,
)
from quartermaster.policy.actions.exceptions import (
    approve_exception,
    decline_exception,
    end_exception,
    end_what_is_over,
    request_exception,
    withdraw_exception,
)

__all__ = [
    "apply_proposal",
    "approve_exception",
    "confirm_change",
    "decline_change",
    "decline_exception",
    "end_exception",
    "end_what_is_over",
    "purpose_of",
    "request_exception",
    "withdraw_change",
    "withdraw_exception",
]
