"""What of records waits for the reader."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from quartermaster.kernel.permits import reach
from quartermaster.records import capture
from quartermaster.records.inbox import mails_visible_to
from quartermaster.records.permits import ANNOUNCEMENT_VIEW, INBOX_DECIDE, RECORD_SAVE
from quartermaster.records.quarantine import refused_visible_to
from quartermaster.records.rules.inbox import MailState
from quartermaster.records.rules.quarantine import RefusedState
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=14, permit=RECORD_SAVE)
def to_be_saved(request: HouseRequest) -> Counted:
    """What the reader announced and has not saved (C-2)."""
    if request.actor.person_id is None:
        return None
    count = yield capture.pending_of(request.actor.person_id)
    if not count:
        return None
    sentence = "They are on a device of yours."
    return Card("Records to save", count, reverse("records:lying"), sentence, "warning")


@card(order=19, permit=ANNOUNCEMENT_VIEW)
def too_long(request: HouseRequest) -> Counted:
    """What lies on devices for longer than the City allows (C-2)."""
    if not reach(request.actor, ANNOUNCEMENT_VIEW).everything:
        return None
    allowed = timedelta(days=settings.RECORD_TRANSFER_DAYS)
    count = yield capture.oldest_pending(request.actor, request.at - allowed)
    if not count:
        return None
    sentence = f"Announced more than {settings.RECORD_TRANSFER_DAYS} days ago."
    return Card("Records still on devices", count, reverse("records:lying"), sentence, "warning")


@card(order=18, permit=INBOX_DECIDE)
def to_be_sorted(request: HouseRequest) -> Counted:
    """Messages that wait for the records custodian (G-5)."""
    count = yield mails_visible_to(request.actor).filter(state=MailState.QUARANTINED)
    if not count:
        return None
    sentence = "They came to the records' address and were not saved."
    address = f"{reverse('records:mails')}?state={MailState.QUARANTINED}"
    return Card("Mail to be sorted", count, address, sentence, "warning")


@card(order=18, permit=INBOX_DECIDE)
def kept_back(request: HouseRequest) -> Counted:
    """Files that were not taken and wait for the records custodian (G-5)."""
    count = yield refused_visible_to(request.actor).filter(state=RefusedState.WAITING)
    if not count:
        return None
    sentence = "They were sent in and not taken for what is in them."
    address = f"{reverse('records:refused-files')}?state={RefusedState.WAITING}"
    return Card("Files not taken", count, address, sentence, "warning")
