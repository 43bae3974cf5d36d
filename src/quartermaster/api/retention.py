"""Retention and disposal, to read: for the records custodian's own programs."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import reach
from quartermaster.records import disposal, retention
from quartermaster.records.models import DisposalBatch
from quartermaster.records.permits import RETENTION_VIEW
from quartermaster.records.rules.disposal import BatchState
from quartermaster.records.rules.retention import Standing

router = Router()
READ = BearerToken("retention:read")


class SeriesOut(Schema):
    """How a series is kept."""

    code: str
    title: str
    about: str
    trigger: str
    years: int
    months: int
    days: int
    basis: str
    disposition: str
    sources: list[str]


class ScheduleOut(Schema):
    """The schedule in force; as shipped it has the number 0 and is no version yet."""

    id: UUID | None
    number: int
    note: str
    in_force_at: datetime | None
    series: list[SeriesOut]


class RetainedOut(Schema):
    """A thing under retention: its series, and from which day it need not be kept."""

    id: UUID
    kind: str
    subject_id: UUID
    label: str
    series: str
    set_by: str
    made_on: date
    happened_on: date | None
    due_on: date | None
    standing: str
    destroyed_at: datetime | None


class BatchOut(Schema):
    """What is due of one series, and how far it is."""

    id: UUID
    number: str
    kind: str
    series: str
    disposition: str
    state: str
    due_until: date
    made_at: datetime
    approved_at: datetime | None
    approved_by_id: UUID | None
    second_at: datetime | None
    second_by_id: UUID | None
    waits_until: datetime | None
    done_at: datetime | None
    stopped_at: datetime | None
    certificate_digest: str

    @staticmethod
    def resolve_series(row: DisposalBatch) -> str:
        return row.terms.code

    @staticmethod
    def resolve_disposition(row: DisposalBatch) -> str:
        return row.terms.disposition

    @staticmethod
    def resolve_certificate_digest(row: DisposalBatch) -> str:
        return row.certificate.digest if row.certificate else ""


class RetentionEntryOut(Schema):
    """A thing in a batch: what becomes of it, why it stays, or as what it was destroyed."""

    id: UUID
    retained_id: UUID
    due_on: date
    state: str
    reason: str
    number: str
    digest: str
    files: list[str]
    settled_at: datetime | None


@router.get(
    "retention-schedule",
    response=ScheduleOut,
    auth=READ,
    operation_id="get_retention_schedule",
)
def get_schedule(request: HttpRequest) -> dict[str, object]:
    """The retention schedule in force; before there is one, the shipped one, numbered 0."""
    if not reach(actor_of(request), RETENTION_VIEW).everything:
        raise NotFound("There is no schedule that you may see.")
    found, series = retention.shown_now()
    return {
        "id": found.id if found.number else None,
        "number": found.number,
        "note": found.note,
        "in_force_at": found.in_force_at,
        "series": series,
    }


@router.get("retained", response=Page[RetainedOut], auth=READ, operation_id="list_retained")
def list_retained(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    series: str = "",
    standing: Standing | None = None,
    due_until: date | None = None,
) -> dict[str, object]:
    """What is kept, in which series and until when."""
    rows = retention.retained_visible_to(actor_of(request))
    if series:
        rows = rows.filter(series=series.replace("\x00", ""))
    if standing is not None:
        rows = rows.filter(standing=standing)
    if due_until is not None:
        rows = rows.filter(due_on__lte=due_until)
    return page_of(rows, cursor, limit)


@router.get(
    "disposal-batches", response=Page[BatchOut], auth=READ, operation_id="list_disposal_batches"
)
def list_batches(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: BatchState | None = None
) -> dict[str, object]:
    """Batches of what is due, of one state or of all."""
    rows = disposal.batches_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    return page_of(rows, cursor, limit)


@router.get(
    "disposal-batches/{batch_id}/entries",
    response=Page[RetentionEntryOut],
    auth=READ,
    operation_id="list_disposal_entries",
)
def list_entries(
    request: HttpRequest, batch_id: UUID, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """What stands in a batch."""
    actor = actor_of(request)
    batch = disposal.batches_visible_to(actor).filter(id=batch_id).first()
    if batch is None:
        raise NotFound("There is no such batch, or you may not see it.")
    return page_of(disposal.entries_visible_to(actor).filter(batch=batch), cursor, limit)
