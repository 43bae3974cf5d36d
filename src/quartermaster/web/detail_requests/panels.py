"""What requests for usage detail add to one's own page."""

from typing import Any

from quartermaster.org.models import Person
from quartermaster.usage.detail_permits import DETAIL_TOLD
from quartermaster.usage.queries.detail_requests import told_to
from quartermaster.web.panels import Body, panel


@panel("person", title="Who saw your usage detail", order=75, permit=DETAIL_TOLD)
def seen(request: Any, person: Person) -> Body | None:
    """To the person alone: who asked for their usage detail, and looked (G-9)."""
    if person.id != request.actor.person_id:
        return None
    asked = list(told_to(request.actor)[:5])
    return Body("detail_requests/panels/person.html", asked=asked) if asked else None
