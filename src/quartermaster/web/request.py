"""The request as the house's views see it: who acts, and when."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from quartermaster.kernel.permits import Actor


class HouseRequest(HttpRequest):
    """Django's request with what the middleware adds. Never made, only used as a type."""

    actor: Actor
    at: datetime
    htmx: Any


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page alone."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request
