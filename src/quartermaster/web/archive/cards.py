"""What is wrong with the archive."""

from django.urls import reverse

from quartermaster.records import archive
from quartermaster.records.permits import ARCHIVE_VIEW
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=3, permit=ARCHIVE_VIEW)
def faults(request: HouseRequest) -> Counted:
    """Faults that an audit found and that are still there (G-5)."""
    count = yield archive.faults_visible_to(request.actor).filter(closed_at=None)
    if not count:
        return None
    sentence = "The archive is not as it must be."
    return Card("Faults of the archive", count, reverse("archive:archive"), sentence, "bad")
