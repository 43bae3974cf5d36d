"""The verbs on an order to a carrier, each with what it leads to."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse

from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.line_order_permits import LINE_ORDER_ASK
from quartermaster.billing.models import LineOrder
from quartermaster.billing.queries import line_orders as queries
from quartermaster.billing.rules.line_orders import LineOrderKind
from quartermaster.web.line_orders import forms
from quartermaster.web.pages import ActPage, Crumb


class OfOrder(ActPage[LineOrder]):
    """What the verbs share."""

    permit = LINE_ORDER_ASK
    thing = "order"
    form_class: ClassVar[type[BaseForm]] = forms.WhyForm

    def rows(self) -> QuerySet[LineOrder]:
        return queries.line_orders_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("line_orders:order", kwargs={"key": self.object.pk})
        orders = reverse("line_orders:orders")
        return (Crumb("Orders to carriers", orders), Crumb(str(self.object), here))

    def named(self) -> dict[str, Any]:
        return {"order_id": self.object.pk, "actor": self.actor, "at": self.at}

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the order)
        return self.cancel_address()


class Confirm(OfOrder):
    """Enter the carrier's word (G-9, G-11)."""

    title = "Enter the carrier's word"
    sentence = "The carrier has done it: {}."
    submit = "It is done"
    done = "{}: the carrier's word was kept, and the line follows it."

    @property
    def form_class(self) -> type[BaseForm]:  # type: ignore[override]
        if self.object.kind == LineOrderKind.SUSPEND:
            return forms.ConfirmSuspensionForm
        return forms.ConfirmForm

    def act(self, form: Any) -> LineOrder:
        return verbs.confirm_line_order(**form.cleaned_data, **self.named())


class Refuse(OfOrder):
    """Enter that the carrier will not do it (G-9)."""

    title = "The carrier refused"
    sentence = "{}. The line stays as it is."
    form_class = forms.RefuseForm
    submit = "It was refused"
    done = "{}: the refusal was kept."

    def act(self, form: Any) -> LineOrder:
        return verbs.refuse_line_order(**form.cleaned_data, **self.named())


class Hasten(OfOrder):
    """Send an order now that waits (G-11)."""

    title = "Send it now"
    submit = "Send it now"
    look = "secondary"
    done = "{}: it goes to the carrier."

    def explain(self) -> str:
        waits = self.object.waits_for
        return f"{self.object} waits for {waits}." if waits else f"{self.object} is due later."

    def consequences(self) -> Sequence[str]:
        if not self.object.waits_for:
            return ()
        return ("Without its line the device may never hear the order to erase.",)

    def act(self, form: Any) -> LineOrder:
        return verbs.hasten_line_order(**form.cleaned_data, **self.named())


class CallOff(OfOrder):
    """Call off an order that was not sent (G-9)."""

    title = "Call off the order"
    sentence = "{} is not asked of the carrier."
    submit = "Call off"
    look = "secondary"
    done = "{}: called off."

    def act(self, form: Any) -> LineOrder:
        return verbs.call_off_line_order(**form.cleaned_data, **self.named())


class HandOver(OfOrder):
    """Have a person write to the carrier (G-9)."""

    title = "Have a person write"
    sentence = "{} goes to the carrier's contact as a letter; its word is entered by a person."
    submit = "Hand over"
    done = "{}: a person takes it from here."

    def consequences(self) -> Sequence[str]:
        if not self.object.with_carrier:
            return ()
        return ("What its machine was asked for may still happen. Enter its word either way.",)

    def act(self, form: Any) -> LineOrder:
        return verbs.hand_over_line_order(**form.cleaned_data, **self.named())
