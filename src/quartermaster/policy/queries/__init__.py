"""Reads of the room policy."""

from quartermaster.policy.queries.requirements import (
    changes_visible_to,
    departments_visible_to,
    effective_requirements,
    exceptions_visible_to,
    may_see_requirements_of,
    plan,
    rulebook,
    waivers_in_force,
)

__all__ = [
    "changes_visible_to",
    "departments_visible_to",
    "effective_requirements",
    "exceptions_visible_to",
    "may_see_requirements_of",
    "plan",
    "rulebook",
    "waivers_in_force",
]
