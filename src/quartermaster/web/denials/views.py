"""Where is it? The list, one question, and its answer."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.kernel.permits import reach
from quartermaster.lifecycle.actions import denials
from quartermaster.lifecycle.denial_permits import DENIAL_EXPLAIN, DENIAL_VIEW
from quartermaster.lifecycle.loss_permits import LOSS_REPORT
from quartermaster.lifecycle.models import Denial
from quartermaster.lifecycle.queries.denials import denials_visible_to
from quartermaster.lifecycle.queries.losses import devices_to_report
from quartermaster.lifecycle.queries.returns import devices_to_give_back
from quartermaster.lifecycle.return_permits import RETURN_OPEN
from quartermaster.lifecycle.rules.denials import DenialState
from quartermaster.web.denials.tables import TONES, DenialTable
from quartermaster.web.links import device_address, person_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    ListPage,
)

_LIST = "Where is it?"


class DenialFilters(Filters):
    """By state; what is open, unless another is chosen."""

    state = django_filters.ChoiceFilter(
        choices=[("all", "All"), *DenialState.choices],
        empty_label="Open",
        label="State",
        method="by_state",
    )

    def by_state(self, rows: QuerySet[Denial], _name: str, value: str) -> QuerySet[Denial]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Denial]) -> QuerySet[Denial]:
        rows: QuerySet[Denial] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.filter(state="open")


class Denials(ListPage[Denial]):
    """Devices whose holder says that they do not have them (C-3)."""

    permit = DENIAL_VIEW
    title = _LIST
    lead = "Their holders were asked, and say that they do not have these. Somebody finds out."
    table_class = DenialTable
    filters = DenialFilters
    search = ("device__asset_tag", "holder__given_name", "holder__family_name")
    search_hint = "Asset tag or holder"
    empty = "Nobody says that they do not have what the record gives them."
    noun = ("device", "devices")

    def rows(self) -> QuerySet[Denial]:
        return denials_visible_to(self.actor)


class DenialPage(DetailPage[Denial]):
    """One device, what its holder said, and the ways to clear it up."""

    permit = DENIAL_VIEW
    thing = "question"

    def rows(self) -> QuerySet[Denial]:
        return denials_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_LIST, reverse("denials:denials")),)

    def state(self) -> Any:
        row = self.object
        label = "Not found out yet" if row.state == DenialState.OPEN else row.get_state_display()
        return chip(label, tone=TONES[row.state])

    def facts(self) -> Sequence[Fact]:
        row, device = self.object, self.object.device
        facts = [
            Fact("Device", device.asset_tag, device_address(self.request, device)),
            Fact("Model", str(device.model) if device.model else "—"),
            Fact("On record with", row.holder, person_address(self.request, row.holder)),
            Fact("Department", row.department.name),
            Fact("They said so", full_time(row.opened_at), note=row.confirmation.note),
            Fact("To be found out by", full_time(row.due_at), note=self._late()),
        ]
        if row.closed_at:
            facts.append(Fact("Cleared up", full_time(row.closed_at), note=f"By {row.closed_by}"))
            facts.append(Fact("Outcome", row.outcome))
        return facts

    def _late(self) -> str:
        row = self.object
        return "Overdue" if row.state == DenialState.OPEN and row.due_at <= self.at else ""

    def buttons(self) -> Sequence[Button]:
        row, found = self.object, []
        if row.state != DenialState.OPEN:
            return ()
        device = {"key": row.device_id}
        if devices_to_report(self.actor).filter(pk=row.device_id).exists():
            found.append(Button("Report it lost", "losses:report-device", LOSS_REPORT, device, ""))
        if devices_to_give_back(self.actor).filter(pk=row.device_id).exists():
            found.append(Button("It is coming back", "returns:open", RETURN_OPEN, device))
        place = {"person_id": row.holder_id, "department_id": row.department_id}
        if reach(self.actor, DENIAL_EXPLAIN).covers(**place):
            label, kwargs = "They have it after all", {"key": row.pk}
            found.append(Button(label, "denials:explain", DENIAL_EXPLAIN, kwargs))
        return found


class ExplainForm(forms.Form):
    """How it is known."""

    reason = forms.CharField(
        label="How it is known", max_length=300, help_text="It is kept, with your name."
    )


class Explain(ActPage[Denial]):
    """Say that the holder has it after all (C-3)."""

    permit = DENIAL_EXPLAIN
    title = "They have it after all"
    thing = "question"
    form_class = ExplainForm
    submit = "They have it"
    done = "It is noted."

    def rows(self) -> QuerySet[Denial]:
        return denials_visible_to(self.actor)

    def explain(self) -> str:
        return f"{self.object.holder} has {self.object.device.asset_tag} after all."

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("denials:denial", kwargs={"key": self.object.pk})
        return (Crumb(_LIST, reverse("denials:denials")), Crumb(str(self.object), here))

    def act(self, form: Any) -> Denial:
        return denials.explain_denial(
            denial=self.object, reason=form.cleaned_data["reason"], actor=self.actor, at=self.at
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the question)
        return self.cancel_address()
