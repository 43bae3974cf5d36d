"""Reads of mail to the records' address."""

from django.db.models import QuerySet

from quartermaster.kernel.permits import Actor, reach
from quartermaster.records.models import InboxMail
from quartermaster.records.permits import INBOX_DECIDE


def mails_visible_to(actor: Actor) -> QuerySet[InboxMail]:
    """What came to the records' address, for the records custodian alone."""
    rows = InboxMail.objects.select_related("person", "record", "decided_by")
    return rows if reach(actor, INBOX_DECIDE).everything else rows.none()
