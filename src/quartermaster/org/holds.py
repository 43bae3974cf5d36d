"""Holds on people: rooms above may say that what a person has must stay. None does by itself."""

from collections.abc import Callable
from datetime import datetime

from quartermaster.org.models import Person

Check = Callable[[Person, datetime], str]

_CHECKS: list[Check] = []


def register(check: Check) -> Check:
    """Have the closing of every log-in ask this first; it answers with a sentence."""
    if check not in _CHECKS:
        _CHECKS.append(check)
    return check


def hold_on(person: Person, at: datetime) -> str:
    """Why what this person has must stay, as a sentence; empty where nothing holds it."""
    return next((said for check in _CHECKS if (said := check(person, at))), "")
