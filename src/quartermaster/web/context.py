"""What every template may name: the city, the version, the menu, the actor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from quartermaster import __version__
from quartermaster.kernel.permits import NOBODY
from quartermaster.web.menu import sections


def house(request: HttpRequest) -> dict[str, Any]:
    """The context of the base layout."""
    actor = getattr(request, "actor", NOBODY)
    known = actor != NOBODY
    return {
        "city": settings.CITY,
        "house_version": __version__,
        "actor": actor if known else None,
        "menu": list(sections(request, actor)) if known else [],
    }
