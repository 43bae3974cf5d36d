"""The list of returns, one with its checklist, and its receipt."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.files.models import StoredFile
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Permit, reach
from quartermaster.lifecycle import return_permits as permits
from quartermaster.lifecycle.models import Return
from quartermaster.lifecycle.queries import returns as queries
from quartermaster.lifecycle.rules.returns import HOLDERS, ItemState, ReturnState
from quartermaster.web.custody.occasions import may_add_to, pictures_of
from quartermaster.web.links import device_address, person_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.returns.tables import RETURNS, ReturnTable

_TONES = {"open": "info", "done": "good", "missing": "warning", "waived": "neutral"}


def as_download(file: StoredFile | None) -> HttpResponse:
    """A kept paper, to be saved."""
    if file is None:
        raise NotFound("There is no such paper yet.")
    return HttpResponse(
        read_file(file.digest),
        content_type=file.media_type,
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


class ReturnFilters(Filters):
    """By state."""

    state = django_filters.ChoiceFilter(
        choices=ReturnState.choices, empty_label="Any", label="State"
    )


class Returns(ListPage[Return]):
    """What is on its way back, as far as the actor may see it."""

    permit = permits.RETURN_VIEW
    title = "Returns"
    lead = "City property comes back to ITMD. Ask for a device on its own page."
    table_class = ReturnTable
    filters = ReturnFilters
    search = ("device__asset_tag", "holder__given_name", "holder__family_name")
    search_hint = "Asset tag or employee"
    empty = "Nothing is on its way back that you may see."
    noun = ("return", "returns")

    def rows(self) -> QuerySet[Return]:
        return queries.returns_visible_to(self.actor)


class ReturnPage(DetailPage[Return]):
    """One return: what must be settled, by whom (C-2, C-3)."""

    permit = permits.RETURN_VIEW
    thing = "return"
    template_name = "returns/return.html"

    def rows(self) -> QuerySet[Return]:
        return queries.returns_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Returns", reverse("returns:returns")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=RETURNS[self.object.state])

    def facts(self) -> Sequence[Fact]:
        row, device = self.object, self.object.device
        facts = [
            Fact("Device", device.asset_tag, device_address(self.request, device)),
            Fact("Model", str(device.model) if device.model else "—"),
            Fact("From", row.holder, person_address(self.request, row.holder)),
            Fact("Department", row.department.name),
            Fact("Why", row.get_reason_display(), note=row.note),
            Fact("Due", full_time(row.due_at), note=self._late()),
        ]
        if row.condition:
            by = f"By {row.received_by}"
            facts.append(Fact("Received", full_time(row.closed_at or row.due_at), note=by))
            facts.append(Fact("Condition", row.get_condition_display()))
        return facts

    def _late(self) -> str:
        row = self.object
        return "Overdue" if row.state == ReturnState.EXPECTED and row.due_at <= self.at else ""

    def buttons(self) -> Sequence[Button]:
        row, kwargs = self.object, {"key": self.object.pk}
        if row.state != ReturnState.EXPECTED:
            receipt = Button("Receipt (PDF)", "returns:receipt", permits.RETURN_VIEW, kwargs)
            return (receipt,) if row.receipt_id else ()
        offered = [
            ("Nothing is left on it", "returns:state", permits.RETURN_STATE, ""),
            ("Receive it", "returns:receive", permits.RETURN_RECEIVE, ""),
            ("Call it off", "returns:cancel", permits.RETURN_RECEIVE, "outline"),
        ]
        if row.stated_at is not None or not row.items.filter(code__in=sorted(HOLDERS)).exists():
            del offered[0]
        return [
            Button(label, name, permit, kwargs, look)
            for label, name, permit, look in offered
            if self._may(permit)
        ]

    def _may(self, permit: Permit) -> bool:
        row = self.object
        return reach(self.actor, permit).covers(
            person_id=row.holder_id, department_id=row.department_id
        )

    def _photograph(self) -> str:
        if not may_add_to(self.request, self.object.device):
            return ""
        return reverse("returns:photograph", kwargs={"key": self.object.pk})

    def context(self) -> dict[str, Any]:
        row = self.object
        live = row.state == ReturnState.EXPECTED
        answers = live and self._may(permits.RETURN_RECEIVE)
        return {
            **super().context(),
            "row": row,
            "pictures": pictures_of(self.request, "lifecycle.return", row.pk),
            "add": self._photograph(),
            "items": [
                {
                    "row": item,
                    "mark": chip(item.get_state_display(), tone=_TONES[item.state]),
                    "owner": "The holder" if item.code in HOLDERS else "ITMD",
                    "answer": answers and item.state == ItemState.OPEN,
                }
                for item in row.items.all()
            ],
        }


class Receipt(DetailPage[Return]):
    """The receipt of a return."""

    permit = permits.RETURN_VIEW
    thing = "return"

    def rows(self) -> QuerySet[Return]:
        return queries.returns_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return as_download(self.object.receipt)
