"""How long a session lives."""

from datetime import datetime, timedelta

from quartermaster.kernel.permits import Actor
from quartermaster.org.roles import Role

LONGEST = timedelta(hours=8)
IDLE = timedelta(minutes=60)
IDLE_PRIVILEGED = timedelta(minutes=15)
PRIVILEGED = (Role.ITMD_ADMIN, Role.ITMD_HELPDESK, Role.SECURITY_APPROVER)


def idle_limit(actor: Actor) -> timedelta:
    """How long this actor's session may lie idle: shorter for the roles of ITMD."""
    return IDLE_PRIVILEGED if any(actor.holds(role) for role in PRIVILEGED) else IDLE


def is_over(*, actor: Actor, started_at: datetime, seen_at: datetime, at: datetime) -> bool:
    """Whether a session begun and last seen at these instants has ended by now."""
    return at - started_at >= LONGEST or at - seen_at >= idle_limit(actor)
