"""What of holds waits for the reader."""

from django.urls import reverse

from quartermaster.records import holds
from quartermaster.records.permits import HOLD_VIEW, NOTICE_ACKNOWLEDGE
from quartermaster.records.rules.holds import KeeperState
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=4, permit=NOTICE_ACKNOWLEDGE)
def to_acknowledge(request: HouseRequest) -> Counted:
    """What the reader was asked to keep and has not acknowledged (G-2)."""
    rows = holds.notices_to(request.actor).filter(state=KeeperState.ASKED)
    count = yield rows
    if not count:
        return None
    keys = list(rows.values_list("id", flat=True)[:2])
    one = reverse("holds:notice", kwargs={"key": keys[0]})
    address = one if len(keys) == 1 else reverse("holds:mine")
    sentence = "Read the notice of the records custodian, and acknowledge it."
    return Card("Something you must keep", count, address, sentence, "warning")


@card(order=18, permit=HOLD_VIEW)
def not_acknowledged(request: HouseRequest) -> Counted:
    """Who has not acknowledged a hold after a reminder."""
    rows = holds.keepers_visible_to(request.actor).filter(state=KeeperState.ASKED, reminders__gt=0)
    count = yield rows
    if not count:
        return None
    address = f"{reverse('holds:holds')}?state=open"
    return Card("Notices not acknowledged", count, address, "Under legal holds.", "warning")
