"""What needs attention: credentials that run out or are refused, devices out of reach."""

from django.urls import reverse

from quartermaster.mdm import acting
from quartermaster.mdm import credentials as queries
from quartermaster.mdm.permits import COMMAND_SEND, CREDENTIAL_MANAGE
from quartermaster.mdm.queries import commands_visible_to, enrolments_visible_to
from quartermaster.mdm.rules.credentials import days_left, warning_due, words_left
from quartermaster.mdm.states import EnrolmentState
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.mdm.credentials import NOW, address_of
from quartermaster.web.request import HouseRequest


@card(order=12, permit=CREDENTIAL_MANAGE)
def ending(request: HouseRequest) -> Card | None:
    """The credential that runs out first, once it is time to speak of it."""
    due = [
        (row.expires_at, shelf)
        for shelf in queries.shelves_visible_to(request.actor)
        if (row := shelf.active) is not None
        and row.expires_at is not None
        and warning_due(row.expires_at, request.at) is not None
    ]
    if not due:
        return None
    expires_at, shelf = min(due, key=lambda pair: pair[0])
    left = max(days_left(expires_at, request.at), 0)
    sentence = f"It {words_left(expires_at, request.at)}. {shelf.kind.lapse}"
    tone = "bad" if left <= NOW else "warning"
    title = f"Days left: {shelf.kind.title.lower()}"
    address = address_of(shelf) if len(due) == 1 else reverse("mdm:credentials")
    return Card(title, left, address, sentence, tone)


@card(order=13, permit=CREDENTIAL_MANAGE)
def troubled(request: HouseRequest) -> Card | None:
    """Credentials that their service does not take."""
    found = [
        shelf
        for shelf in queries.shelves_visible_to(request.actor)
        if shelf.active is not None and shelf.active.trouble
    ]
    if not found or found[0].active is None:
        return None
    address = address_of(found[0]) if len(found) == 1 else reverse("mdm:credentials")
    return Card("Credentials in trouble", len(found), address, found[0].active.trouble, "bad")


@card(order=40, permit=COMMAND_SEND)
def out_of_reach(request: HouseRequest) -> Counted:
    """Devices under management that cannot be woken."""
    rows = enrolments_visible_to(request.actor).filter(
        state=EnrolmentState.ENROLLED, wake__cannot_since__isnull=False
    )
    count = yield rows
    if not count:
        return None
    address = reverse("mdm:enrolments") + "?reach=no"
    sentence = "They are reached only when they call by themselves."
    return Card("Devices that cannot be woken", count, address, sentence, "warning")


@card(order=42, permit=COMMAND_SEND)
def overdue(request: HouseRequest) -> Counted:
    """Commands that should have been answered by now."""
    count = yield acting.overdue(commands_visible_to(request.actor), request.at)
    if not count:
        return None
    address = reverse("mdm:commands") + "?overdue=yes"
    sentence = "They were not taken, or taken and not answered, in the time that is usual."
    return Card("Commands overdue", count, address, sentence, "warning")
