"""What of this room needs someone's attention."""

from typing import Any

from django.urls import reverse

from quartermaster.org import queries
from quartermaster.org.permits import PERSON_MANAGE, ROLE_GRANT
from quartermaster.web.cards import Card, Counted, card


@card(order=60, permit=ROLE_GRANT)
def roles_ending(request: Any) -> Counted:
    """Roles to be granted anew, or let go."""
    count = yield queries.roles_ending_soon(request.actor, request.at)
    if not count:
        return None
    address = reverse("org:roles") + "?state=ending"
    sentence = "They end within 30 days unless they are granted anew."
    return Card("Roles ending soon", count, address, sentence, tone="warning")


@card(order=65, permit=PERSON_MANAGE)
def without_supervisor(request: Any) -> Counted:
    """People whose supervisor has left."""
    count = yield queries.people_left_by_supervisor(request.actor)
    if not count:
        return None
    address = reverse("org:people") + "?supervision=left"
    sentence = "Their supervisor has left, so nobody gets what supervisors get."
    return Card("People without a supervisor at work", count, address, sentence, tone="warning")
