"""Destructive requests: a program may ask, look and stop. It cannot approve: a person does."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.mdm import actions, queries
from quartermaster.mdm.errors import ApprovalTakesAPerson
from quartermaster.mdm.models import DestructiveRequest, Enrolment
from quartermaster.mdm.rules.destruction import LONGEST_REASON, MOST_TARGETS, Kind, RequestState

router = Router()
READ = BearerToken("destruction:read")
WRITE = BearerToken("destruction:write")


class TargetOut(Schema):
    """One device of a request, under the enrolment that it had when this was asked."""

    enrolment_id: UUID
    state: str
    released_at: datetime | None
    settled_at: datetime | None
    outcome: str


class DestructionOut(Schema):
    """What was asked, who stands for it, and what became of it."""

    id: UUID
    kind: str
    arguments: dict[str, str | int]
    reason: str
    statement: str
    despite_hold: bool
    digest: str
    state: str
    requester_id: UUID
    approver_id: UUID | None
    requested_at: datetime
    due_at: datetime | None
    released_at: datetime | None
    closed_at: datetime | None
    note: str
    targets: list[TargetOut]

    @staticmethod
    def resolve_approver_id(row: DestructiveRequest) -> UUID | None:
        approval = getattr(row, "approval", None)
        return approval.approver_id if approval else None

    @staticmethod
    def resolve_targets(row: DestructiveRequest) -> list[object]:
        return list(row.targets.order_by("id"))


class DestructionIn(Schema):
    """What to ask. Nothing is sent before a second person agrees on the request's page."""

    kind: Kind
    enrolment_ids: list[UUID] = Field(min_length=1, max_length=MOST_TARGETS)
    arguments: dict[str, str] = Field(default_factory=dict, max_length=10)
    reason: str = Field(max_length=LONGEST_REASON)
    despite_hold: bool = Field(
        default=False, description="In spite of a hold: the records custodian alone can agree."
    )


class DestructionStopIn(Schema):
    """Why."""

    reason: str = Field(max_length=LONGEST_REASON)


@router.get(
    "destructive-requests",
    response=Page[DestructionOut],
    auth=READ,
    operation_id="list_destructive_requests",
)
def list_destructive_requests(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: RequestState | None = None
) -> dict[str, object]:
    """The destructive requests that one may see."""
    rows = queries.destructive_requests_visible_to(actor_of(request)).prefetch_related("targets")
    return page_of(rows.filter(state=state) if state is not None else rows, cursor, limit)


@router.get(
    "destructive-requests/{request_id}",
    response=DestructionOut,
    auth=READ,
    operation_id="get_destructive_request",
)
def get_destructive_request(request: HttpRequest, request_id: UUID) -> DestructiveRequest:
    """One destructive request."""
    return _found(request, request_id)


@router.post(
    "destructive-requests",
    response={201: DestructionOut},
    auth=WRITE,
    operation_id="request_destruction",
)
def request_destruction(request: HttpRequest, body: DestructionIn) -> Status[DestructiveRequest]:
    """Ask that devices be erased, or their management removed."""
    rows = queries.enrolments_visible_to(actor_of(request)).filter(id__in=body.enrolment_ids)
    found: dict[UUID, Enrolment] = {item.id: item for item in rows}
    if set(found) != set(body.enrolment_ids):
        raise NotFound("There is no such enrolment, or you may not see it.")
    made = actions.request_destruction(
        kind=body.kind,
        enrolments=[found[key] for key in body.enrolment_ids],
        arguments=body.arguments,
        reason=body.reason,
        despite_hold=body.despite_hold,
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, made)


@router.post(
    "destructive-requests/{request_id}/approve",
    response=DestructionOut,
    auth=WRITE,
    operation_id="approve_destruction",
)
def approve_destruction(request: HttpRequest, request_id: UUID) -> None:
    """Refused always: the second person approves on the page, with their password."""
    _found(request, request_id)
    raise ApprovalTakesAPerson(
        "No token approves what destroys. A second person opens the request's page and types"
        " their password there."
    )


@router.post(
    "destructive-requests/{request_id}/stop",
    response=DestructionOut,
    auth=WRITE,
    operation_id="stop_destruction",
)
def stop_destruction(
    request: HttpRequest, request_id: UUID, body: DestructionStopIn
) -> DestructiveRequest:
    """Stop a request; what no device has answered is withdrawn."""
    found = _found(request, request_id)
    return actions.stop_destruction(
        request_id=found.id, reason=body.reason, actor=actor_of(request), at=now()
    )


def _found(request: HttpRequest, request_id: UUID) -> DestructiveRequest:
    rows = queries.destructive_requests_visible_to(actor_of(request))
    found = rows.filter(id=request_id).first()
    if found is None:
        raise NotFound("There is no such request, or you may not see it.")
    return found
