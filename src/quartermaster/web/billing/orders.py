"""Pages of purchase orders: the list, one with what came, its document, and the ordered lines."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.billing import permits
from quartermaster.billing.models import Order
from quartermaster.billing.queries import (
    OrderedLine,
    as_csv,
    order_seen_by,
    ordered_lines,
    orders_visible_to,
)
from quartermaster.billing.queries.orders import lines_visible_to
from quartermaster.billing.rules.orders import ORDER, OrderState
from quartermaster.files.papers import PDF
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.money import dollars
from quartermaster.lifecycle.queries.requests import authorised_items_to_order
from quartermaster.org.models import Department, Person
from quartermaster.web.billing.tables import TONES, OrderTable
from quartermaster.web.links import device_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.pages.base import Page

_MOST = 500


class OrderFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in OrderState], empty_label="Any", label="State"
    )


class Orders(ListPage[Order]):
    """What is bought: a coordinator sees what is bought for their department (G-12)."""

    permit = permits.ORDER_VIEW
    title = "Purchase orders"
    lead = "Every order comes out of authorised requests. Raise one from its contract."
    table_class = OrderTable
    filters = OrderFilters
    search = ("number", "contract__vendor", "contract__number", "lines__holder__family_name")
    search_hint = "Number, vendor or person"
    empty = "Nothing was ordered yet."
    noun = ("order", "orders")

    def rows(self) -> QuerySet[Order]:
        return orders_visible_to(self.actor)

    def found(self, rows: QuerySet[Order], words: str) -> QuerySet[Order]:
        return super().found(rows, words).distinct()

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Contracts", "billing:contracts", permits.CONTRACT_VIEW),
            Button("Ordered lines", "billing:lines", permits.SERVICE_VIEW),
        )


_BUTTONS = (
    ("approve", "Approve", "billing:approve", permits.ORDER_APPROVE, ""),
    ("send", "Send to the vendor", "billing:send", permits.ORDER_RAISE, ""),
    ("close", "Close", "billing:close", permits.ORDER_RAISE, "outline"),
    ("cancel", "Cancel the order", "billing:cancel", permits.ORDER_RAISE, "secondary"),
)


class OrderPage(DetailPage[Order]):
    """One order: its lines, what came and what went back."""

    permit = permits.ORDER_VIEW
    thing = "order"
    template_name = "billing/order.html"

    def rows(self) -> QuerySet[Order]:
        return orders_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Purchase orders", reverse("billing:orders")),)

    def state(self) -> Any:
        row = self.object
        return chip(OrderState(row.state).label, tone=TONES[row.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        facts = [
            Fact("Vendor", row.contract.vendor, note=f"Contract {row.contract.number}"),
            Fact("Price", dollars(row.total_cents)),
            Fact("A month", dollars(row.monthly_cents)),
            Fact("Raised", full_time(row.raised_at), note=f"by {row.raised_label}"),
        ]
        if row.approved_at and row.approved_by:
            said = f"by {row.approved_by}"
            facts.append(Fact("Approved", full_time(row.approved_at), note=said))
        if row.sent_at:
            facts.append(Fact("Sent", full_time(row.sent_at), note=row.contract.email))
        if row.closed_at:
            facts.append(Fact("Over", full_time(row.closed_at), note=row.closing_reason))
        if row.note:
            facts.append(Fact("Note", row.note))
        return facts

    def buttons(self) -> Sequence[Button]:
        row, kwargs = self.object, {"key": self.object.pk}
        possible = ORDER.verbs_from(OrderState(row.state))
        found = [
            Button(label, name, permit, kwargs, look)
            for verb, label, name, permit, look in _BUTTONS
            if verb in possible
        ]
        if row.document_id is not None:
            found.append(Button("Document (PDF)", "billing:document", permits.ORDER_VIEW, kwargs))
        return found

    def context(self) -> dict[str, Any]:
        row = self.object
        receives = "receive" in ORDER.verbs_from(OrderState(row.state))
        return {
            **super().context(),
            "lines": [self._line(line) for line in lines_visible_to(self.actor, row)],
            "receives": receives and self._may_receive(),
        }

    def _may_receive(self) -> bool:
        from quartermaster.web.guard import may_open  # one question, asked here alone

        return may_open(self.actor, permits.ORDER_RECEIVE)

    def _line(self, line: Any) -> dict[str, Any]:
        pieces = list(line.pieces.all())
        kept = [piece for piece in pieces if piece.state == "kept"]
        return {
            "line": line,
            "kept": [
                (piece, device_address(self.request, piece.device) if piece.device else "")
                for piece in kept
            ],
            "returned": [piece for piece in pieces if piece.state == "returned"],
            "left": max(0, line.quantity - len(kept)),
        }


class Document(Page):
    """The order as it went to the vendor."""

    permit = permits.ORDER_VIEW

    def get(self, *_args: Any, key: UUID, **_kwargs: Any) -> HttpResponse:
        row = order_seen_by(self.actor, key)
        if row.document is None:
            raise NotFound("This order was not sent, so there is no document.")
        return HttpResponse(
            read_file(row.document.digest),
            content_type=PDF,
            headers={"Content-Disposition": f'attachment; filename="{row.document.name}"'},
        )


class OrderedLines(Page):
    """Which lines were ordered, at what rate, for whom: what invoices are held against (G-12)."""

    permit = permits.SERVICE_VIEW
    title = "Ordered lines"
    lead = "Invoices are held against this list. What is not on it was not ordered."
    template_name = "billing/lines.html"

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        if self.request.GET.get("format") == "csv":
            return HttpResponse(
                as_csv(self._rows()),
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": 'attachment; filename="ordered-lines.csv"'},
            )
        return self.show()

    def _rows(self) -> list[Any]:
        return ordered_lines(localdate(self.at), actor=self.actor)

    def context(self) -> dict[str, Any]:
        rows = self._rows()
        return {
            **super().context(),
            "rows": _named(rows[:_MOST]),
            "count": len(rows),
            "most": _MOST,
        }


def _named(rows: Sequence[OrderedLine]) -> list[dict[str, Any]]:
    """The lines with the names of departments and holders, of which they have the numbers."""
    numbers, codes = {row.holder for row in rows}, {row.department for row in rows}
    people = {one.number: one.name for one in Person.objects.filter(number__in=numbers)}
    places = {one.code: one.name for one in Department.objects.filter(code__in=codes)}
    return [
        {
            **asdict(row),
            "who": people.get(row.holder, row.holder),
            "where": places.get(row.department, row.department),
        }
        for row in rows
    ]


def waiting_to_be_ordered() -> int:
    """How many authorised items nobody ordered yet."""
    return authorised_items_to_order().count()
