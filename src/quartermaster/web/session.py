"""The instants that a session keeps, and where a request comes from."""

from datetime import UTC, datetime

from django.http import HttpRequest

from quartermaster.kernel.permits import Actor
from quartermaster.org import accounts

STARTED = "started_at"
SEEN = "seen_at"
STEP = 60  # seconds between two notes of being seen: not every page writes the session


def address_of(request: HttpRequest) -> str:
    """The address of the browser as the web server saw it."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def is_over(request: HttpRequest, actor: Actor, at: datetime) -> bool:
    """Whether the session has lasted or lain idle too long; notes that it was seen."""
    now = at.timestamp()
    started = request.session.get(STARTED, now)
    seen = request.session.get(SEEN, now)
    over = accounts.is_over(
        actor=actor,
        started_at=datetime.fromtimestamp(started, UTC),
        seen_at=datetime.fromtimestamp(seen, UTC),
        at=at,
    )
    if not over and (STARTED not in request.session or now - seen >= STEP):
        request.session[STARTED], request.session[SEEN] = started, now
    return over
