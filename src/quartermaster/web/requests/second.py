"""Authorisations of a second device: the list, recording one, ending one."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.models import DeviceClass
from quartermaster.kernel.errors import InvalidInput
from quartermaster.lifecycle.actions.second import authorise_second, end_second
from quartermaster.lifecycle.models import SecondDevice
from quartermaster.lifecycle.queries.second import second_devices_visible_to
from quartermaster.lifecycle.request_permits import SECOND_AUTHORISE, SECOND_VIEW
from quartermaster.web.pages import ActPage, Button, Crumb, Filters, FormPage, ListPage
from quartermaster.web.requests.forms import SecondForm, WhyForm
from quartermaster.web.requests.tables import SecondTable

_WAY = "Second devices"


class SecondFilters(Filters):
    """Those in force, or all that ever were."""

    over = django_filters.ChoiceFilter(
        choices=[("all", "All")], empty_label="In force", label="Which", method="by_end"
    )

    def by_end(self, rows: QuerySet[SecondDevice], _name: str, _value: str) -> QuerySet[Any]:
        return rows

    def filter_queryset(self, queryset: QuerySet[SecondDevice]) -> QuerySet[SecondDevice]:
        rows: QuerySet[SecondDevice] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("over") else rows.filter(ended_at=None)


class SecondDevices(ListPage[SecondDevice]):
    """Who may hold a second cellular device, why and until when (G-8)."""

    permit = SECOND_VIEW
    title = _WAY
    lead = "Nobody is handed a second cellular device without an entry here; a loan needs none."
    table_class = SecondTable
    filters = SecondFilters
    search = ("person__given_name", "person__family_name", "reason")
    search_hint = "Person or reason"
    empty = "Nobody may hold a second device."
    noun = ("authorisation", "authorisations")

    def rows(self) -> QuerySet[SecondDevice]:
        return second_devices_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        label = "Authorise a second device"
        return (Button(label, "requests:second-authorise", SECOND_AUTHORISE, look=""),)


class AuthoriseSecond(FormPage):
    """Record that a person may hold a second cellular device (G-8)."""

    permit = SECOND_AUTHORISE
    title = "Authorise a second device"
    lead = "First look at the other ways: what was found is kept."
    form_class = SecondForm
    submit = "Authorise"
    done = "It is on record: {}."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("requests:second-devices")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> SecondDevice:
        details = form.second()
        if details is None:
            raise InvalidInput("Say why, and what was looked at.")
        return authorise_second(
            person_id=form.cleaned_data["person"].id,
            device_class=DeviceClass(form.cleaned_data["device_class"]),
            details=details,
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the list)
        return reverse("requests:second-devices")


class EndSecond(ActPage[SecondDevice]):
    """End the authorisation of a second device (G-8)."""

    permit = SECOND_AUTHORISE
    thing = "authorisation"
    title = "End the authorisation"
    sentence = "{}: it ends now. What the person holds beyond one device is to come back."
    form_class = WhyForm
    submit = "End it"
    look = "secondary"
    done = "It has ended."

    def rows(self) -> QuerySet[SecondDevice]:
        return second_devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("requests:second-devices")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"needed": True, "hint": "It is kept with the authorisation."}

    def act(self, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        end_second(second=self.object, reason=reason, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the list)
        return reverse("requests:second-devices")
