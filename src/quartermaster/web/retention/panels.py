"""How long a record is kept, on its page."""

from django.urls import reverse

from quartermaster.records import retention
from quartermaster.records.models import DisposalEntry, Record
from quartermaster.records.permits import RECORD_VIEW
from quartermaster.records.retention import RECORD
from quartermaster.records.rules.disposal import EntryState
from quartermaster.records.rules.retention import Standing
from quartermaster.web.panels import Body, panel
from quartermaster.web.request import HouseRequest


@panel("record", title="How long it is kept", order=40, permit=RECORD_VIEW)
def kept(request: HouseRequest, record: Record) -> Body | None:
    """Series and day; of a record that was destroyed, by what (C-2)."""
    rows = retention.retained_visible_to(request.actor) | retention.classified_by(request.actor)
    row = rows.filter(kind=RECORD, subject_id=record.pk).first()
    if row is None:
        return None
    terms = retention.terms_of(retention.in_force()).get(row.series)
    entry = DisposalEntry.objects.filter(retained=row, state=EntryState.DESTROYED).first()
    may = retention.classified_by(request.actor).filter(pk=row.pk).exists()
    change = reverse("retention:classify", kwargs={"key": row.pk})
    return Body(
        "retention/panel.html",
        row=row,
        terms=terms,
        entry=entry,
        change=change if may and row.standing == Standing.KEPT else "",
    )
