"""Lines, as far as the owner of the token may see them."""

from datetime import date
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.inventory import actions, queries
from quartermaster.inventory.models import Line, LineStatus
from quartermaster.inventory.rules.details import LineDetails
from quartermaster.kernel.clock import now

router = Router()
READ = BearerToken("lines:read")
WRITE = BearerToken("lines:write")


class LineOut(Schema):
    """A line; its number in the form E.164."""

    id: UUID
    number: str
    carrier: str
    account: str
    plan: str
    status: str
    department_id: UUID
    holder_id: UUID | None
    activated_on: date | None


class LineIn(Schema):
    """A line that was ordered."""

    number: str = Field(max_length=40)
    carrier: str = Field(max_length=60)
    account: str = Field("", max_length=40)
    plan: str = Field("", max_length=80)
    department_id: UUID
    holder_id: UUID | None = None


@router.get("lines", response=Page[LineOut], auth=READ, operation_id="list_lines")
def list_lines(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    department: UUID | None = None,
    holder: UUID | None = None,
    status: LineStatus | None = None,
) -> dict[str, object]:
    """The lines that one may see, in the order in which they were added."""
    asked = {"department_id": department, "holder_id": holder, "status": status}
    narrowed = Q(**{name: value for name, value in asked.items() if value is not None})
    return page_of(queries.lines_visible_to(actor_of(request)).filter(narrowed), cursor, limit)


@router.get("lines/{line_id}", response=LineOut, auth=READ, operation_id="get_line")
def get_line(request: HttpRequest, line_id: UUID) -> Line:
    """One line."""
    return queries.line_seen_by(actor_of(request), line_id)


@router.post("lines", response={201: LineOut}, auth=WRITE, operation_id="add_line")
def add_line(request: HttpRequest, body: LineIn) -> Status[Line]:
    """Add a line that was ordered."""
    values = body.dict()
    department, holder = values.pop("department_id"), values.pop("holder_id")
    made = actions.add_line(
        details=LineDetails.of(**values),
        department_id=department,
        holder_id=holder,
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, made)
