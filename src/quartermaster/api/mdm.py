"""Enrolments and commands, as far as the owner of the token may see them."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.errors import NotFound
from quartermaster.mdm import queries
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.states import CommandState, EnrolmentState

router = Router()
READ = BearerToken("enrolments:read")


class EnrolmentOut(Schema):
    """A device under management, or that was. What opens it or pushes to it is never shown."""

    id: UUID
    device_id: UUID
    person_id: UUID
    driver: str
    way: str
    state: str
    enrolled_at: datetime | None
    last_seen_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    woken_at: datetime | None
    wake_outcome: str
    cannot_be_woken_since: datetime | None

    @staticmethod
    def resolve_woken_at(row: Enrolment) -> datetime | None:
        return row.wake.woken_at if hasattr(row, "wake") else None

    @staticmethod
    def resolve_wake_outcome(row: Enrolment) -> str:
        return row.wake.outcome if hasattr(row, "wake") else ""

    @staticmethod
    def resolve_cannot_be_woken_since(row: Enrolment) -> datetime | None:
        return row.wake.cannot_since if hasattr(row, "wake") else None


class CommandOut(Schema):
    """A command to a device, without its content."""

    id: UUID
    enrolment_id: UUID
    kind: str
    state: str
    attempts: int
    queued_at: datetime
    queued_by: str
    sent_at: datetime | None
    answered_at: datetime | None
    expires_at: datetime
    error: str


@router.get("enrolments", response=Page[EnrolmentOut], auth=READ, operation_id="list_enrolments")
def list_enrolments(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: EnrolmentState | None = None,
    device: UUID | None = None,
) -> dict[str, object]:
    """The enrolments that one may see, in the order in which they began."""
    rows = queries.enrolments_visible_to(actor_of(request)).select_related("wake")
    if state is not None:
        rows = rows.filter(state=state)
    if device is not None:
        rows = rows.filter(device_id=device)
    return page_of(rows, cursor, limit)


@router.get(
    "enrolments/{enrolment_id}", response=EnrolmentOut, auth=READ, operation_id="get_enrolment"
)
def get_enrolment(request: HttpRequest, enrolment_id: UUID) -> Enrolment:
    """One enrolment."""
    return _enrolment(request, enrolment_id)


@router.get(
    "enrolments/{enrolment_id}/commands",
    response=Page[CommandOut],
    auth=READ,
    operation_id="list_commands",
)
def list_commands(
    request: HttpRequest,
    enrolment_id: UUID,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: CommandState | None = None,
) -> dict[str, object]:
    """What was queued for a device, in order."""
    enrolment = _enrolment(request, enrolment_id)
    rows = queries.commands_visible_to(actor_of(request)).filter(enrolment=enrolment)
    if state is not None:
        rows = rows.filter(state=state)
    return page_of(rows, cursor, limit)


def _enrolment(request: HttpRequest, enrolment_id: UUID) -> Enrolment:
    rows = queries.enrolments_visible_to(actor_of(request)).select_related("wake")
    found = rows.filter(id=enrolment_id).first()
    if found is None:
        raise NotFound("There is no such enrolment, or you may not see it.")
    return found
