"""The verbs on an order, each with what it leads to."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.billing import permits
from quartermaster.billing.actions import orders
from quartermaster.billing.models import Contract, Order, OrderLine
from quartermaster.billing.queries import checked, contracts_visible_to, orders_visible_to
from quartermaster.billing.queries.orders import outstanding
from quartermaster.billing.queries.receiving import Row, Verdict
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.money import dollars
from quartermaster.lifecycle.actions import purchasing
from quartermaster.lifecycle.queries.requests import authorised_items_to_order
from quartermaster.web.billing import forms
from quartermaster.web.pages import ActPage, Crumb


class RaiseOrder(ActPage[Contract]):
    """Raise an order out of authorised requests (G-12)."""

    permit = permits.ORDER_RAISE
    thing = "contract"
    title = "Raise an order"
    form_class = forms.OrderForm
    submit = "Draft the order"
    done = "The order {} is drafted."

    def rows(self) -> QuerySet[Contract]:
        return contracts_visible_to(self.actor)

    def explain(self) -> str:
        count = authorised_items_to_order().count()
        if not count:
            return "No authorised request waits for an order."
        return f"Under {self.object}. Choose what is ordered for each; the rest stays waiting."

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("billing:contract", kwargs={"key": self.object.pk})
        return (Crumb("Contracts", reverse("billing:contracts")), Crumb(str(self.object), here))

    def form_arguments(self) -> dict[str, Any]:
        return {"contract": self.object, "items": authorised_items_to_order()[:100]}

    def act(self, form: Any) -> Order:
        return purchasing.order_items(
            contract_id=self.object.pk,
            choices=form.choices(),
            note=form.cleaned_data["note"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("billing:order", kwargs={"key": outcome.pk})


class OfOrder(ActPage[Order]):
    """What the verbs share."""

    thing = "order"

    def rows(self) -> QuerySet[Order]:
        return orders_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return _crumbs(self.object)


class Approve(OfOrder):
    """Approve an order (G-12)."""

    permit = permits.ORDER_APPROVE
    title = "Approve the order"
    submit = "Approve"
    done = "{} is approved."

    def explain(self) -> str:
        row = self.object
        total, monthly = dollars(row.total_cents), dollars(row.monthly_cents)
        return f"{row} to {row.contract.vendor}: {total}, and {monthly} a month."

    def consequences(self) -> Sequence[str]:
        limit = dollars(settings.ORDER_LIMIT_CENTS)
        return (
            "Your name is kept, and printed on the order.",
            f"Above {limit} another person than who raised it approves.",
        )

    def act(self, form: Any) -> Order:  # noqa: ARG002 (nothing to fill in)
        return orders.approve_order(order_id=self.object.pk, actor=self.actor, at=self.at)


class Send(OfOrder):
    """Send an order to the vendor (G-12)."""

    permit = permits.ORDER_RAISE
    title = "Send the order"
    submit = "Send"
    done = "{} is sent."

    def explain(self) -> str:
        to = self.object.contract.email
        how = (
            f"mailed to {to}" if to else "to be handed to the vendor by you, as no address is known"
        )
        return f"{self.object} is written as a PDF and {how}."

    def act(self, form: Any) -> Order:  # noqa: ARG002 (nothing to fill in)
        return orders.send_order(order_id=self.object.pk, actor=self.actor, at=self.at)


class Cancel(OfOrder):
    """Cancel an order of which nothing came (G-12)."""

    permit = permits.ORDER_RAISE
    title = "Cancel the order"
    sentence = "{} comes to nothing; what it was for is to be ordered again."
    form_class = forms.ReasonForm
    submit = "Cancel the order"
    look = "secondary"
    done = "{} is cancelled."

    def act(self, form: Any) -> Order:
        reason = form.cleaned_data["reason"]
        return orders.cancel_order(
            order_id=self.object.pk, reason=reason, actor=self.actor, at=self.at
        )


class Close(OfOrder):
    """Close an order (G-12)."""

    permit = permits.ORDER_RAISE
    title = "Close the order"
    sentence = "{} is done with. Where not all came, say why; the rest is to be ordered again."
    form_class = forms.ReasonForm
    submit = "Close"
    done = "{} is closed."

    def act(self, form: Any) -> Order:
        reason = form.cleaned_data["reason"]
        return orders.close_order(
            order_id=self.object.pk, reason=reason, actor=self.actor, at=self.at
        )


class Receive(ActPage[OrderLine]):
    """Receive what was ordered, by scanning (G-12)."""

    permit = permits.ORDER_RECEIVE
    thing = "line of an order"
    title = "Receive"
    template_name = "billing/receive.html"
    form_class = forms.ReceiveForm
    submit = "Take into stock"
    done = ""

    def rows(self) -> QuerySet[OrderLine]:
        seen = orders_visible_to(self.actor)
        rows = OrderLine.objects.select_related(
            "order__contract", "item__model", "plan", "department"
        )
        return rows.filter(order__in=seen)

    def crumbs(self) -> Sequence[Crumb]:
        return _crumbs(self.object.order)

    def explain(self) -> str:
        line = self.object
        left = outstanding(line)
        return f"{line}: {left} of {line.quantity} still to come, for {line.department.name}."

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if "check" not in self.request.POST:
            return super().post(*args, **kwargs)
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            found = checked(self.object, form.cleaned_data["pieces"])
        except InvalidInput as problem:
            form.add_error("pieces", problem.message)
            return self.again(form, problem.status)
        return self.show(form=form, found=found)

    def act(self, form: Any) -> list[Row]:
        return orders.receive(
            order_id=self.object.order_id,
            line_id=self.object.pk,
            pieces=form.cleaned_data["pieces"],
            return_wrong=form.cleaned_data["return_wrong"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        good = sum(1 for row in outcome if row.verdict is Verdict.GOOD)
        back = len(outcome) - good
        said = f"{good} taken into stock." + (f" {back} went back to the vendor." if back else "")
        messages.success(self.request, said)
        return reverse("billing:order", kwargs={"key": self.object.order_id})


def _crumbs(order: Order) -> Sequence[Crumb]:
    here = reverse("billing:order", kwargs={"key": order.pk})
    return (Crumb("Purchase orders", reverse("billing:orders")), Crumb(order.number, here))
