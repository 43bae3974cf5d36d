"""Returns, sanitisations and surplus lots: to read. What ends a device takes people on a page."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.lifecycle.queries import returns as queries

router = Router()
READ = BearerToken("disposals:read")


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
