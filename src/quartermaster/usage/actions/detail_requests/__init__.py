"""The verbs on requests for usage detail (G-9)."""

from quartermaster.usage.actions.detail_requests.asking import ask_detail, withdraw_detail
from quartermaster.usage.actions.detail_requests.deciding import (
    decline_detail,
    end_detail,
    grant_detail,
    keep_quiet,
)
from quartermaster.usage.actions.detail_requests.looking import Shown, export_detail, look
from quartermaster.usage.actions.detail_requests.telling import take_detail_steps

__all__ = [
    "Shown",
    "ask_detail",
    "decline_detail",
    "end_detail",
    "export_detail",
    "grant_detail",
    "keep_quiet",
    "look",
    "take_detail_steps",
    "withdraw_detail",
]
