"""What of records waits for the reader's own decision."""

from django.urls import reverse

from quartermaster.records.inbox import mails_visible_to
from quartermaster.records.permits import INBOX_DECIDE
from quartermaster.records.quarantine import refused_visible_to
from quartermaster.records.rules.inbox import MailState
from quartermaster.records.rules.quarantine import RefusedState
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits

MOST = 20


@waits("Mail to be sorted", permit=INBOX_DECIDE, order=28)
def mail_to_sort(request: HouseRequest) -> Steps:
    """Messages to the records' address that wait for the custodian (G-5)."""
    rows = mails_visible_to(request.actor).filter(state=MailState.QUARANTINED)
    if not (yield rows):
        return
    for row in rows.order_by("arrived_at")[:MOST]:
        address = reverse("records:mail", kwargs={"key": row.pk})
        yield Wait(f"Save or discard: {row}", address, note=row.reason)


@waits("Files that were not taken", permit=INBOX_DECIDE, order=29)
def files_to_sort(request: HouseRequest) -> Steps:
    """Files that wait for the custodian; by when the clock discards them (G-5)."""
    rows = refused_visible_to(request.actor).filter(state=RefusedState.WAITING)
    if not (yield rows):
        return
    for row in rows.order_by("due_at")[:MOST]:
        address = reverse("records:refused", kwargs={"key": row.pk})
        note = f"{row.author.name}: {row.problem}"
        yield Wait(f"Save or discard: {row}", address, row.due_at, note)
