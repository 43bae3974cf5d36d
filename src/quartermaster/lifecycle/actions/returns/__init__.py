"""The verbs on returns and on sanitisation (C-2, C-3)."""

from quartermaster.lifecycle.actions.returns.asking import (
    answer_item,
    cancel_return,
    open_return,
    state_nothing_left,
)
from quartermaster.lifecycle.actions.returns.following import follow_device
from quartermaster.lifecycle.actions.returns.receiving import receive_return
from quartermaster.lifecycle.actions.returns.reminding import remind_returns
from quartermaster.lifecycle.actions.returns.sanitising import (
    Evidence,
    SanitisationDetails,
    record_sanitisation,
    verify_sanitisation,
)

__all__ = [
    "Evidence",
    "SanitisationDetails",
    "answer_item",
    "cancel_return",
    "follow_device",
    "open_return",
    "receive_return",
    "record_sanitisation",
    "remind_returns",
    "state_nothing_left",
    "verify_sanitisation",
]
