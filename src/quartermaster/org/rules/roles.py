"""Which roles may meet in one person, and for how long a role is granted."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from quartermaster.org.roles import Role

TERM = timedelta(days=180)
LONGEST_TERM = timedelta(days=366)
APART: tuple[frozenset[Role], ...] = (frozenset({Role.ITMD_ADMIN, Role.AUDITOR}),)


def collision(held: Iterable[str], asked: str) -> Role | None:
    """The role held that may not meet the one asked for, if there is one."""
    roles = {Role(role) for role in held}
    for pair in APART:
        if asked in pair:
            for other in sorted((pair - {Role(asked)}) & roles):
                return other
    return None


def term_is_sound(at: datetime, expires_at: datetime) -> bool:
    return at < expires_at <= at + LONGEST_TERM
