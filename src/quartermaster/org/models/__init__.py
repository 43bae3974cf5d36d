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
from quartermaster.org.models.tokens import ApiToken

__all__ = [
    "ApiToken",
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
