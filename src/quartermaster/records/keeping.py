"""What keeps records from being destroyed, besides holds: rooms above may say so.

Whoever destroys takes `locks.keep_holds_still` first and asks then; whoever makes something that
keeps takes `locks.begin_holding`. So neither happens while the other is under way.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from uuid import UUID

# answers the records that must stay, each with a sentence for whoever is refused
Check = Callable[[Collection[UUID], datetime], Mapping[UUID, str]]

_CHECKS: list[Check] = []
# why what may be of any day from the first to the last must stay, though nobody looked at it yet
Reached = Callable[[date, date, datetime], str]
_UNREAD: list[Reached] = []


def register(check: Check) -> Check:
    """Have every destruction of records ask this first."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def kept(record_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Which of these records must stay, each with its reason; the others may go (C-2, G-5)."""
    found: dict[UUID, str] = {}
    for check in _CHECKS:
        found.update(check([key for key in record_ids if key not in found], at))
    return found


def register_unread(check: Reached) -> Reached:
    """Have the clock ask this before it discards what nobody has decided about."""
    if check not in _UNREAD:
        _UNREAD.append(check)
    return check


def unread_kept(first: date, last: date, at: datetime) -> str:
    """Why what nobody looked at must stay; empty where nothing keeps it (C-2, G-5)."""
    return next((said for check in _UNREAD if (said := check(first, last, at))), "")
