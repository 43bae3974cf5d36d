"""Where carriers send their words; and what is asked of them about lines."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.models import LineOrder
from quartermaster.billing.queries import line_orders as queries
from quartermaster.billing.rules.line_orders import LineOrderKind, LineOrderState
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import system

router = Router()
READ = BearerToken("line-orders:read")
WRITE = BearerToken("line-orders:write")
LARGEST = 64 * 1024
LONGEST_KEY = 100


class LineOrderOut(Schema):
    """One change of one line, as it stands with the carrier."""

    id: UUID
    line_id: UUID
    kind: str
    state: str
    reason: str
    waits_for: str
    asked_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    adapter: str
    reference: str
    answer: str
    done_at: datetime | None
    settled_at: datetime | None
    restores_on: date | None


class LineOrderIn(Schema):
    """A change that is to be asked of the carrier."""

    line_id: UUID
    kind: LineOrderKind
    reason: str = Field(max_length=300)
    note: str = Field("", max_length=300)
    due_at: datetime | None = None
    sim_id: UUID | None = None
    plan_id: UUID | None = None


class WordIn(Schema):
    """The carrier's word, where a person has it."""

    reference: str = Field(max_length=120)
    done_at: datetime | None = None
    restores_on: date | None = None


class WhyIn(Schema):
    reason: str = Field(max_length=300)


@router.get("line-orders", response=Page[LineOrderOut], auth=READ, operation_id="list_line_orders")
def list_line_orders(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    line: UUID | None = None,
    state: LineOrderState | None = None,
) -> dict[str, object]:
    """The orders to carriers that one may see."""
    asked = {"line_id": line, "state": state.value if state else None}
    narrowed = Q(**{name: value for name, value in asked.items() if value is not None})
    rows = queries.line_orders_visible_to(actor_of(request)).filter(narrowed)
    return page_of(rows, cursor, limit)


@router.get(
    "line-orders/{order_id}", response=LineOrderOut, auth=READ, operation_id="get_line_order"
)
def get_line_order(request: HttpRequest, order_id: UUID) -> LineOrder:
    """One order to a carrier."""
    return queries.line_order_seen_by(actor_of(request), order_id)


@router.post("line-orders", response={201: LineOrderOut}, auth=WRITE, operation_id="ask_line_order")
def ask_line_order(request: HttpRequest, body: LineOrderIn) -> Status[LineOrder]:
    """Have a line changed at its carrier; asked twice, it is asked once."""
    made = verbs.ask_line_order(
        line_id=body.line_id,
        kind=body.kind,
        reason=body.reason,
        terms=verbs.Terms(due_at=body.due_at, note=body.note),
        sim_id=body.sim_id,
        plan_id=body.plan_id,
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, made)


@router.post(
    "line-orders/{order_id}/confirm",
    response=LineOrderOut,
    auth=WRITE,
    operation_id="confirm_line_order",
)
def confirm_line_order(request: HttpRequest, order_id: UUID, body: WordIn) -> LineOrder:
    """Enter the word of a carrier that answers to people."""
    return verbs.confirm_line_order(
        order_id=order_id, **body.dict(), actor=actor_of(request), at=now()
    )


@router.post(
    "line-orders/{order_id}/call-off",
    response=LineOrderOut,
    auth=WRITE,
    operation_id="call_off_line_order",
)
def call_off_line_order(request: HttpRequest, order_id: UUID, body: WhyIn) -> LineOrder:
    """Call off an order that the carrier has not got yet."""
    return verbs.call_off_line_order(
        order_id=order_id, reason=body.reason, actor=actor_of(request), at=now()
    )


# no door for programs: the address is the carrier's secret, and stands in no description
@router.post("carriers/{access_id}/{key}", response={204: None}, include_in_schema=False)
def hear_carrier(request: HttpRequest, access_id: UUID, key: str) -> Status[None]:
    """Take what a carrier sends by itself. The address is a secret and is asked for first."""
    declared = request.headers.get("Content-Length", "")
    if not declared.isascii() or not declared.isdigit() or int(declared[:12]) > LARGEST:
        raise InvalidInput(f"A message has a length, of at most {LARGEST} bytes.")
    verbs.hear_carrier(
        access_id=access_id,
        key=key[:LONGEST_KEY],
        body=request.read(LARGEST + 1),
        actor=system("carrier"),
        at=now(),
    )
    return Status(204, None)
