"""What this room adds to the page of a person."""

from typing import Any

from quartermaster.lifecycle.queries import recoveries as queries
from quartermaster.lifecycle.recovery_permits import RECOVERY_VIEW
from quartermaster.lifecycle.rules.recoveries import STILL_OWED
from quartermaster.org.models import Person
from quartermaster.web.panels import Body, panel


@panel("person", title="Leaving", order=12, permit=RECOVERY_VIEW)
def leaving(request: Any, person: Person) -> Body | None:
    """What a person who left, or is going to, still has."""
    case = queries.live_recovery_of(request.actor, person)
    if case is None:
        return None
    due = queries.items_visible_to(request.actor).filter(recovery=case, state__in=STILL_OWED)
    return Body("recoveries/panel.html", case=case, due=due)
