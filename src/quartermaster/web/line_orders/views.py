"""The list of orders to carriers, and one with its letter and its story."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.audit.queries import entries_about
from quartermaster.billing.actions.line_orders.writing import letter_of
from quartermaster.billing.line_order_permits import CARRIER_VIEW, LINE_ORDER_ASK, LINE_ORDER_VIEW
from quartermaster.billing.models import LineOrder
from quartermaster.billing.queries import line_orders as queries
from quartermaster.billing.rules.line_orders import LineOrderKind, LineOrderState
from quartermaster.inventory import carriers
from quartermaster.inventory.carriers import BY_HAND
from quartermaster.inventory.permits import LINE_VIEW
from quartermaster.notify.queries import messages_about
from quartermaster.web.compliance.story import Step
from quartermaster.web.guard import may_open
from quartermaster.web.line_orders.tables import TONES, LineOrderTable
from quartermaster.web.marks import chip, full_time, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage

_TITLES = {
    "asked": "Asked for",
    "joined": "Asked for by something else, as well",
    "hastened": "Brought forward",
    "not-waited-for": "What it waited for was not waited for",
    "sent": "With the carrier",
    "failed": "The carrier could not be asked",
    "handed-over": "Handed over to a person",
    "overdue": "The carrier's word is late",
    "confirmed": "The carrier's word",
    "not-followed": "The record could not follow",
    "refused": "The carrier refused",
    "called-off": "Called off",
    "recalled": "Called back",
    "comes-back": "It comes back by itself soon",
}


class LineOrderFilters(Filters):
    """By state (what is open, unless another is chosen) and by what is asked."""

    state = django_filters.ChoiceFilter(
        choices=[("all", "All"), *((item.value, item.label) for item in LineOrderState)],
        empty_label="Open",
        label="State",
        method="by_state",
    )
    kind = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in LineOrderKind],
        empty_label="Any",
        label="What is asked",
    )

    def by_state(self, rows: QuerySet[LineOrder], _name: str, value: str) -> QuerySet[LineOrder]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[LineOrder]) -> QuerySet[LineOrder]:
        rows: QuerySet[LineOrder] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.filter(settled_at=None)


class LineOrders(ListPage[LineOrder]):
    """What is asked of carriers, as far as the actor may see it (G-9, G-11)."""

    permit = LINE_ORDER_VIEW
    title = "Orders to carriers"
    lead = "A line's status follows the carrier's word. Orders are made on the page of a line."
    table_class = LineOrderTable
    filters = LineOrderFilters
    search = ("line__number", "line__carrier", "reason", "reference")
    search_hint = "Number, carrier, reason or reference"
    empty = "No carrier was asked for anything that is still open."
    noun = ("order", "orders")

    def rows(self) -> QuerySet[LineOrder]:
        return queries.line_orders_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("How carriers are reached", "line_orders:carriers", CARRIER_VIEW),)


class LineOrderPage(DetailPage[LineOrder]):
    """One order: what is asked, the letter, the carrier's word."""

    permit = LINE_ORDER_VIEW
    kind = "line_order"
    thing = "order"
    template_name = "line_orders/order.html"

    def rows(self) -> QuerySet[LineOrder]:
        return queries.line_orders_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Orders to carriers", reverse("line_orders:orders")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        order = self.object
        line = reverse("inventory:line", kwargs={"key": order.line_id})
        shown = line if may_open(self.actor, LINE_VIEW) else ""
        facts = [
            Fact("Line", str(order.line), shown, order.line.get_status_display()),
            Fact("Carrier", order.line.carrier, note=order.line.account),
            Fact(
                "Why", order.reason, note=f"Asked by {order.asked_by}, {full_time(order.asked_at)}"
            ),
        ]
        if order.note:
            facts.append(Fact("For the carrier", order.note))
        if order.sim:
            facts.append(Fact("New SIM", order.sim.iccid))
        if order.plan:
            facts.append(Fact("New plan", order.plan.name))
        return [*facts, *self._way()]

    def _way(self) -> Sequence[Fact]:
        """How far it is."""
        order, facts = self.object, []
        if order.waits_for:
            latest = f"At the latest {full_time(order.due_at)}" if order.due_at else ""
            facts.append(Fact("Waits for", order.waits_for, note=latest))
        elif order.state == LineOrderState.ASKED and order.due_at:
            facts.append(Fact("To be sent", when(order.due_at, self.at)))
        if order.sent_at:
            by = carriers.adapter(order.adapter).title if carriers.known(order.adapter) else ""
            to = f"Written to {order.mailed_to}" if order.mailed_to else by
            facts.append(Fact("Asked of the carrier", full_time(order.sent_at), note=to))
        if order.answer_by and order.open:
            facts.append(Fact("Its word is expected", when(order.answer_by, self.at)))
        if order.reference:
            facts.append(Fact("The carrier's reference", order.reference))
        if order.done_at:
            by = f"Entered by {order.settled_by}, {full_time(order.settled_at)}"  # type: ignore[arg-type]
            facts.append(Fact("Done by the carrier", full_time(order.done_at), note=by))
        if order.answer:
            facts.append(Fact("Answer", order.answer))
        if order.restores_on:
            facts.append(Fact("Comes back by itself", when(order.restores_on)))
        if order.trouble:
            facts.append(Fact("Trouble", order.trouble))
        return facts

    def buttons(self) -> Sequence[Button]:
        order, kwargs = self.object, {"key": self.object.pk}
        offered: list[tuple[str, str, str]] = []
        if order.with_carrier and order.adapter == BY_HAND:
            offered += [
                ("Enter the carrier's word", "confirm", ""),
                ("The carrier refused", "refuse", "outline"),
            ]
        if order.state == LineOrderState.ASKED:
            if order.due_at and order.due_at > self.at:
                offered.append(("Send it now", "hasten", ""))
            offered.append(("Call off", "call-off", "secondary"))
        by_machine = order.access is not None and order.access.adapter != BY_HAND
        if order.open and not order.by_hand and order.adapter != BY_HAND and by_machine:
            offered.append(("Have a person write", "hand-over", "outline"))
        return [
            Button(label, f"line_orders:{name}", LINE_ORDER_ASK, kwargs, look)
            for label, name, look in offered
        ]

    def context(self) -> dict[str, Any]:
        order = self.object
        subject, text = letter_of(order)
        unsent = order.with_carrier and order.adapter == BY_HAND and not order.mailed_to
        shown = may_open(self.actor, LINE_ORDER_ASK) and unsent and not order.by_itself
        return {
            **super().context(),
            "letter": f"{subject}\n\n{text}" if shown else "",
            "story": _story_of(order),
        }


def _story_of(order: LineOrder) -> list[Step]:
    steps = [
        Step(
            entry.at,
            _TITLES.get(word := entry.tag.rpartition(".")[2], word.replace("-", " ").capitalize()),
            entry.actor_label,
            str(
                entry.data.get("reference")
                or entry.data.get("reason")
                or entry.data.get("why")
                or ""
            ),
        )
        for entry in entries_about(order).order_by("seq")
    ]
    steps += [
        Step(message.created_at, message.subject, message.recipient_name, message=message)
        for message in messages_about(order).order_by("created_at", "id")
    ]
    return sorted(steps, key=lambda step: step.at)
