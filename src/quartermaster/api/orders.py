"""Purchase orders and the list of ordered lines, as far as the owner of the token may see them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja import Router, Schema
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.billing import queries
from quartermaster.billing.actions import orders
from quartermaster.billing.models import Order, OrderLine
from quartermaster.billing.queries.orders import lines_visible_to, outstanding
from quartermaster.billing.rules.orders import OrderState
from quartermaster.kernel.clock import now

router = Router()
READ = BearerToken("orders:read")
WRITE = BearerToken("orders:write")


class OrderOut(Schema):
    """A purchase order. Money is integer cents."""

    id: UUID
    number: str
    contract_id: UUID
    vendor: str
    state: str
    total_cents: int
    monthly_cents: int
    raised_at: datetime
    raised_label: str
    approved_at: datetime | None
    sent_at: datetime | None
    closed_at: datetime | None
    closing_reason: str

    @staticmethod
    def resolve_vendor(row: Order) -> str:
        return row.contract.vendor


class OrderLineOut(Schema):
    """One line of an order."""

    id: UUID
    place: int
    kind: str
    what: str = Field(description="The thing, its plan, or both.")
    request_item_id: UUID
    quantity: int
    outstanding: int
    unit_cents: int
    monthly_cents: int
    account: str
    department_id: UUID
    holder_id: UUID | None

    @staticmethod
    def resolve_what(line: OrderLine) -> str:
        return str(line)

    @staticmethod
    def resolve_outstanding(line: OrderLine) -> int:
        return outstanding(line)


class OrderWithLines(OrderOut):
    """An order with the lines that one may see."""

    lines: list[OrderLineOut]

    @staticmethod
    def resolve_lines(row: Order, context: dict[str, Any]) -> list[OrderLine]:
        return list(lines_visible_to(actor_of(context["request"]), row))


class OrderedLineOut(Schema):
    """A line as it was ordered. What is not known yet is empty."""

    number: str
    iccid: str
    carrier: str
    account: str
    plan: str
    monthly_cents: int | None
    department: str
    holder: str
    from_on: date
    until_on: date | None
    order: str = Field(description="Empty where it was there before orders were kept.")


class OrderedLines(Schema):
    """The ordered lines of one day."""

    on: date
    items: list[OrderedLineOut]


class ReceiveIn(Schema):
    """Pieces as a scanner types them, one a line."""

    pieces: str = Field(max_length=100_000)
    return_wrong: bool = Field(default=False, description="What is wrong goes back to the vendor.")


class RowOut(Schema):
    """What became of one piece."""

    row: int
    scanned: str
    taken: bool
    said: str


@router.get("orders", response=Page[OrderOut], auth=READ, operation_id="list_orders")
def list_orders(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: OrderState | None = None
) -> dict[str, object]:
    """The purchase orders that one may see, of one state or of all."""
    rows = queries.orders_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state.value)
    return page_of(rows, cursor, limit)


@router.get("orders/{order_id}", response=OrderWithLines, auth=READ, operation_id="get_order")
def get_order(request: HttpRequest, order_id: UUID) -> Order:
    """One purchase order with its lines."""
    return queries.order_seen_by(actor_of(request), order_id)


@router.post(
    "orders/{order_id}/lines/{line_id}/pieces",
    response=list[RowOut],
    auth=WRITE,
    operation_id="receive_pieces",
)
def receive_pieces(
    request: HttpRequest, order_id: UUID, line_id: UUID, body: ReceiveIn
) -> list[RowOut]:
    """Receive pieces of one line: all of them, or none where one is wrong."""
    rows = orders.receive(
        order_id=order_id,
        line_id=line_id,
        pieces=body.pieces,
        return_wrong=body.return_wrong,
        actor=actor_of(request),
        at=now(),
    )
    return [
        RowOut(
            row=row.scan.row,
            scanned=row.scan.text,
            taken=row.verdict.value == "good",
            said=row.said,
        )
        for row in rows
    ]


@router.get("ordered-lines", response=OrderedLines, auth=READ, operation_id="list_ordered_lines")
def list_ordered_lines(request: HttpRequest, on: date | None = None) -> OrderedLines:
    """The lines ordered on a day (today, if left out): what invoices are held against."""
    day = on or localdate(now())
    rows = queries.ordered_lines(day, actor=actor_of(request))
    return OrderedLines(on=day, items=[OrderedLineOut.from_orm(row) for row in rows])
