"""Returns, sanitisations and surplus lots. What ends a device takes people on a page."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.lifecycle.actions import returns
from quartermaster.lifecycle.models import Return
from quartermaster.lifecycle.queries import returns as queries
from quartermaster.lifecycle.rules.returns import ReturnReason

router = Router()
READ = BearerToken("disposals:read")
WRITE = BearerToken("disposals:write")


class ReturnOut(Schema):
    """A City device on its way back."""

    id: UUID
    device_id: UUID
    holder_id: UUID
    department_id: UUID
    reason: str
    state: str
    opened_at: datetime
    due_at: datetime
    stated_at: datetime | None
    condition: str
    differences: str
    closed_at: datetime | None


class SanitisationOut(Schema):
    """What was done to a device's storage; `holds` says whether it still counts."""

    id: UUID
    device_id: UUID
    method: str
    technique: str
    tool: str
    tool_version: str
    operator_id: UUID
    done_at: datetime
    state: str
    verifier_id: UUID | None
    verified_at: datetime | None
    next_place: str
    holds: bool


class LotOut(Schema):
    """A surplus lot."""

    id: UUID
    number: str
    title: str
    state: str
    way: str
    document: str
    disposed_on: date | None
    proceeds_cents: int | None


@router.get("returns", response=Page[ReturnOut], auth=READ, operation_id="list_returns")
def list_returns(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, object]:
    """The returns that one may see."""
    return page_of(queries.returns_visible_to(actor_of(request)), cursor, limit)


class ReturnIn(Schema):
    """Which device is asked back, or offered, and why."""

    device_id: UUID
    reason: ReturnReason
    note: str = Field("", max_length=300)
    due_on: date | None = Field(None, description="Within a week, if it is left out.")


class StatementIn(Schema):
    """The holder's word that nothing of the City is left on it alone."""

    confirmed: bool
    note: str = Field("", max_length=500)


@router.post("returns", response={201: ReturnOut}, auth=WRITE, operation_id="open_return")
def open_return(request: HttpRequest, body: ReturnIn) -> Status[Return]:
    """Ask for a device back, or offer it; receiving it takes people at a desk."""
    actor = actor_of(request)
    device = queries.devices_to_give_back(actor).filter(pk=body.device_id).first()
    if device is None:
        raise NotFound("There is no such device with anybody that you may ask back.")
    said = body.dict()
    del said["device_id"]
    return Status(201, returns.open_return(device_id=device.pk, **said, actor=actor, at=now()))


@router.post(
    "returns/{return_id}/statement",
    response=ReturnOut,
    auth=WRITE,
    operation_id="state_nothing_left",
)
def state_nothing_left(request: HttpRequest, return_id: UUID, body: StatementIn) -> Return:
    """State, as the holder, that nothing of the City is left on it alone."""
    actor = actor_of(request)
    row = queries.returns_visible_to(actor).filter(pk=return_id).first()
    if row is None:
        raise NotFound("There is no such return, or you may not see it.")
    return returns.state_nothing_left(row=row, **body.dict(), actor=actor, at=now())


@router.get(
    "sanitisations",
    response=Page[SanitisationOut],
    auth=READ,
    operation_id="list_sanitisations",
)
def list_sanitisations(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The records of sanitisation that one may see."""
    return page_of(queries.sanitisations_visible_to(actor_of(request)), cursor, limit)


@router.get("surplus-lots", response=Page[LotOut], auth=READ, operation_id="list_surplus_lots")
def list_surplus_lots(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The surplus lots that one may see."""
    return page_of(queries.lots_visible_to(actor_of(request)), cursor, limit)
