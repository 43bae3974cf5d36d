"""The tables of the room."""

from quartermaster.org.models.accounts import Attempt, Link, LinkPurpose, User
from quartermaster.org.models.people import (
    Coverage,
    Department,
    Employment,
    Person,
    RoleAssignment,
    Standing,
)

__all__ = [
    "Attempt",
    "Coverage",
    "Department",
    "Employment",
    "Link",
    "LinkPurpose",
    "Person",
    "RoleAssignment",
    "Standing",
    "User",
]
