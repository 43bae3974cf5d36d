"""What may be ordered: a room above says so. Where none does, nothing may be (G-12)."""

from collections.abc import Callable
from uuid import UUID

Check = Callable[[UUID], str]

_CHECKS: list[Check] = []


def register(check: Check) -> Check:
    """Have this be asked of the item behind each line; it answers why it may not be ordered."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def forget(check: Check) -> None:
    _CHECKS.remove(check)


def why_not_ordered(request_item_id: UUID) -> str:
    """Why this may not be ordered, as a sentence; empty where an authorised request asks for it."""
    if not _CHECKS:
        return "No authorised request asks for this."
    return next((said for check in _CHECKS if (said := check(request_item_id))), "")
