"""The steps of a request, each with what it leads to."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse

from quartermaster.lifecycle import request_permits as permits
from quartermaster.lifecycle.actions import requests
from quartermaster.lifecycle.actions.requests import DROPPED, TO_ORDER, Supply
from quartermaster.lifecycle.models import Request, RequestItem
from quartermaster.lifecycle.queries.requests import free_for, requests_visible_to
from quartermaster.lifecycle.queries.second import second_items_of, tethering_of
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.requests.forms import (
    LEAVE_OUT,
    ORDER,
    AuthoriseForm,
    ReserveForm,
    WhyForm,
)

_SHOWN = 25


class OfRequest(ActPage[Request]):
    """What the steps share."""

    permit = permits.REQUEST_VIEW  # whose step it is says the room: it is no matter of a role alone
    thing = "request"
    form_class: ClassVar[type[BaseForm]] = WhyForm
    needs_reason = True
    hint = "The person reads it."

    def rows(self) -> QuerySet[Request]:
        return requests_visible_to(self.actor, self.at)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Requests", reverse("requests:requests")),
            Crumb(str(self.object), reverse("requests:request", kwargs={"key": self.object.pk})),
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"needed": self.needs_reason, "hint": self.hint}

    def words(self, form: Any) -> dict[str, Any]:
        """What each of the verbs takes."""
        return {
            "request": self.object,
            "reason": form.cleaned_data["reason"],
            "actor": self.actor,
            "at": self.at,
        }

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (the request itself)
        seen = self.rows().filter(pk=self.object.pk).exists()
        return self.cancel_address() if seen else reverse("requests:requests")


class Recommend(OfRequest):
    """Recommend a request (G-7)."""

    title = "Recommend the request"
    sentence = "{}: the work needs it."
    submit = "Recommend"
    done = "It was recommended to ITMD."

    def form_arguments(self) -> dict[str, Any]:
        if requests.needs_reason(self.object):
            who = self.object.person.name
            hint = f"{who} is not marked as driving for work: say why all the same."
            return {"needed": True, "hint": hint}
        return {"needed": False, "hint": "For ITMD and the person to read."}

    def consequences(self) -> Sequence[str]:
        return ("ITMD looks what is in stock, and authorises or refuses.", "The person is told.")

    def act(self, form: Any) -> Request:
        return requests.recommend(**self.words(form))


class Decline(OfRequest):
    """Decline to recommend a request (G-7)."""

    title = "Do not recommend the request"
    sentence = "{} ends here."
    submit = "Decline"
    look = "secondary"
    done = "It was declined."

    def consequences(self) -> Sequence[str]:
        return ("The person is told, with your reason.", "They can ask again.")

    def act(self, form: Any) -> Request:
        return requests.decline(**self.words(form))


class Refuse(OfRequest):
    """Refuse a request (G-7, G-12)."""

    title = "Refuse the request"
    sentence = "{} is not authorised."
    submit = "Refuse"
    look = "secondary"
    done = "It was refused."

    def consequences(self) -> Sequence[str]:
        return ("The person is told, with your reason.",)

    def act(self, form: Any) -> Request:
        return requests.refuse(**self.words(form))


class Withdraw(OfRequest):
    """Withdraw a request."""

    title = "Withdraw the request"
    sentence = "{} is over."
    submit = "Withdraw"
    look = "secondary"
    done = "It was withdrawn."

    def consequences(self) -> Sequence[str]:
        return ("Nothing is kept in stock for it any longer, and nothing is ordered.",)

    def act(self, form: Any) -> Request:
        return requests.withdraw(**self.words(form))


class Authorise(OfRequest):
    """Authorise a request, with stock first (G-7, G-8, G-12)."""

    title = "Authorise the request"
    template_name = "requests/authorise.html"
    form_class = AuthoriseForm
    submit = "Authorise"
    done = "It was authorised."

    def items(self) -> list[RequestItem]:
        rows = self.object.items.select_related("request__person__department")
        return list(rows.order_by("place"))

    def seconds(self) -> list[RequestItem]:
        return second_items_of(self.object, self.items(), self.at)

    def form_arguments(self) -> dict[str, Any]:
        stock = [(item, list(free_for(item)[:_SHOWN])) for item in self.items()]
        return {"items": stock, "second": bool(self.seconds())}

    def explain(self) -> str:
        return f"{self.object.need}"

    def context(self) -> dict[str, Any]:
        seconds = self.seconds()
        tethering = tethering_of(self.object.person_id) if seconds else []
        return {**super().context(), "seconds": seconds, "tethering": tethering}

    def act(self, form: Any) -> Request:
        given = form.cleaned_data
        supplies = {item.id: _supply(given[f"item_{item.place}"]) for item in self.items()}
        second = form.second() if "second_reason" in form.fields else None
        return requests.authorise(**self.words(form), supplies=supplies, second=second)


def _supply(chosen: str) -> Supply:
    return {ORDER: TO_ORDER, LEAVE_OUT: DROPPED}.get(chosen) or Supply(UUID(chosen))


class OfItem(ActPage[RequestItem]):
    """What is done with one thing of an authorised request."""

    permit = permits.REQUEST_SUPPLY
    thing = "item"

    def rows(self) -> QuerySet[RequestItem]:
        seen = requests_visible_to(self.actor, self.at)
        rows = RequestItem.objects.filter(request__in=seen)
        return rows.select_related("request__person__department", "request__department")

    def crumbs(self) -> Sequence[Crumb]:
        request = self.object.request
        return (
            Crumb("Requests", reverse("requests:requests")),
            Crumb(str(request), reverse("requests:request", kwargs={"key": request.pk})),
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (the request)
        return self.cancel_address()


class Reserve(OfItem):
    """Keep a thing of stock for an item (G-12)."""

    title = "Reserve from stock"
    sentence = "{}: kept until it is handed out."
    form_class = ReserveForm
    submit = "Reserve"
    done = "It is reserved."

    def form_arguments(self) -> dict[str, Any]:
        return {"stock": list(free_for(self.object)[:_SHOWN])}

    def act(self, form: Any) -> None:
        requests.reserve(
            item_id=self.object.id,
            thing_id=UUID(form.cleaned_data["thing"]),
            actor=self.actor,
            at=self.at,
        )


class Release(OfItem):
    """Let go of what is kept for an item."""

    title = "Let go of what is reserved"
    sentence = "{}: it is to be ordered then."
    submit = "Let go"
    look = "secondary"
    done = "It is not kept any longer."

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        requests.release(item_id=self.object.id, actor=self.actor, at=self.at)
