"""Open-records requests, for the records custodian's own programs."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.models import RecordsRequest
from quartermaster.disclosure.rules.requests import (
    LONGEST_CONTACT,
    LONGEST_NAME,
    LONGEST_WANTED,
    Channel,
    Kind,
    RequestState,
    Wanted,
)
from quartermaster.disclosure.rules.review import Decision
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound

router = Router()
READ = BearerToken("open-records:read")
WRITE = BearerToken("open-records:write")


class RecordsRequestOut(Schema):
    """A request, without who asks."""

    id: UUID
    number: str
    kind: str
    channel: str
    state: str
    wanted: str
    since: date | None
    until: date | None
    received_at: datetime
    acknowledge_by: datetime
    answer_by: datetime
    acknowledged_at: datetime | None
    assigned_to_id: UUID | None
    closed_at: datetime | None
    outcome: str
    outcome_words: str
    kept_until: datetime | None


class TakenOut(Schema):
    """A request that was taken in, and its status code: told this once."""

    request: RecordsRequestOut
    status_code: str


class WantedIn(Schema):
    """What is asked for; nobody has to say who they are."""

    kind: Kind = Kind.OPEN_RECORDS
    channel: Channel
    wanted: str = Field(max_length=LONGEST_WANTED)
    since: date | None = None
    until: date | None = None
    name: str = Field("", max_length=LONGEST_NAME)
    email: str = Field("", max_length=310)
    contact: str = Field("", max_length=LONGEST_CONTACT)


class PickIn(Schema):
    """Records that a request reaches."""

    record_ids: list[UUID] = Field(min_length=1, max_length=500)


class RequestFileOut(Schema):
    """A file that a request reaches, and its decision."""

    id: UUID
    record_id: UUID
    item_id: UUID
    position: int
    decision: str
    withheld_code: str
    reviewed_at: datetime | None
    reviewed_by_id: UUID | None
    second_by_id: UUID | None
    pages: int | None

    @staticmethod
    def resolve_record_id(obj: object) -> UUID:
        return obj.item.record_id  # type: ignore[attr-defined,no-any-return]


class ReleaseOut(Schema):
    """A release: its digest, its numbers, how often it was fetched."""

    id: UUID
    number: int
    first: int
    last: int
    digest: str
    made_at: datetime
    released_at: datetime | None
    expires_at: datetime | None
    downloads: int
    published_at: datetime | None


def _found(request: HttpRequest, key: UUID) -> RecordsRequest:
    found = queries.requests_visible_to(actor_of(request)).filter(id=key).first()
    if found is None:
        raise NotFound("There is no such request, or you may not see it.")
    return found


@router.get(
    "records-requests",
    response=Page[RecordsRequestOut],
    auth=READ,
    operation_id="list_records_requests",
)
def list_requests(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: RequestState | None = None
) -> dict[str, object]:
    """The requests, of one state or of all."""
    rows = queries.requests_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    return page_of(rows, cursor, limit)


@router.get(
    "records-requests/{request_id}",
    response=RecordsRequestOut,
    auth=READ,
    operation_id="get_records_request",
)
def get_request(request: HttpRequest, request_id: UUID) -> RecordsRequest:
    """One request."""
    return _found(request, request_id)


@router.post(
    "records-requests",
    response={201: TakenOut},
    auth=WRITE,
    operation_id="take_in_records_request",
)
def take_in(request: HttpRequest, body: WantedIn) -> Status[dict[str, object]]:
    """Take in a request that came by another way than the web page."""
    given = body.model_dump(exclude={"kind", "channel"})
    made, code = actions.file_request(
        wanted=Wanted(**given),
        kind=body.kind,
        channel=body.channel,
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, {"request": made, "status_code": code})


@router.post(
    "records-requests/{request_id}/records",
    response=list[RequestFileOut],
    auth=WRITE,
    operation_id="pick_records",
)
def pick(request: HttpRequest, request_id: UUID, body: PickIn) -> list[object]:
    """Pick records into a request; the files that are new in it."""
    made = actions.add_records(
        request_id=request_id, record_ids=body.record_ids, actor=actor_of(request), at=now()
    )
    return list(made)


@router.get(
    "records-requests/{request_id}/files",
    response=Page[RequestFileOut],
    auth=READ,
    operation_id="list_request_files",
)
def list_files(
    request: HttpRequest,
    request_id: UUID,
    cursor: Cursor = "",
    limit: Limit = 50,
    decision: Annotated[Decision | None, Field(description="Of this decision alone.")] = None,
) -> dict[str, object]:
    """The files that a request reaches, for whoever works on it."""
    found = _found(request, request_id)
    rows = queries.items_visible_to(actor_of(request)).filter(request=found)
    if decision is not None:
        rows = rows.filter(decision=decision)
    return page_of(rows, cursor, limit)


@router.get(
    "records-requests/{request_id}/releases",
    response=Page[ReleaseOut],
    auth=READ,
    operation_id="list_releases",
)
def list_releases(
    request: HttpRequest, request_id: UUID, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The releases of a request, for whoever works on it."""
    found = _found(request, request_id)
    return page_of(
        queries.packages_visible_to(actor_of(request)).filter(request=found), cursor, limit
    )
