"""The list of cases, and one with what is done, what is owed, and what may be done next."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.billing.line_order_permits import LINE_ORDER_VIEW
from quartermaster.billing.queries.line_orders import line_orders_for
from quartermaster.kernel import money
from quartermaster.kernel.permits import Permit, reach
from quartermaster.lifecycle import erasing
from quartermaster.lifecycle import loss_permits as permits
from quartermaster.lifecycle.actions.losses.lines import cause_of
from quartermaster.lifecycle.models import Loss, Replacement
from quartermaster.lifecycle.queries import losses as queries
from quartermaster.lifecycle.queries.requests import requests_visible_to
from quartermaster.lifecycle.return_permits import WRITE_OFF_ASK
from quartermaster.lifecycle.rules.losses import (
    LOSS,
    OWNERS,
    LossKind,
    LossState,
    Owner,
    StepKind,
)
from quartermaster.mdm.permits import DESTRUCTION_VIEW
from quartermaster.mdm.queries import in_lost_mode
from quartermaster.mdm.rules.destruction import TargetState
from quartermaster.web.custody.occasions import may_add_to, pictures_of
from quartermaster.web.guard import may_open
from quartermaster.web.line_orders.tables import TONES as ORDER_TONES
from quartermaster.web.links import device_address, person_address
from quartermaster.web.losses.story import story_of
from quartermaster.web.losses.tables import TONES, LossTable
from quartermaster.web.marks import chip, full_time, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage


class LossFilters(Filters):
    """By state (what is not closed, unless another is chosen) and by what happened."""

    state = django_filters.ChoiceFilter(
        choices=[("all", "All"), *LossState.choices],
        empty_label="Not closed",
        label="State",
        method="by_state",
    )
    kind = django_filters.ChoiceFilter(choices=LossKind.choices, empty_label="Any", label="What")

    def by_state(self, rows: QuerySet[Loss], _name: str, value: str) -> QuerySet[Loss]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Loss]) -> QuerySet[Loss]:
        rows: QuerySet[Loss] = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.filter(closed_at=None)


class Losses(ListPage[Loss]):
    """What is lost, stolen or damaged, as far as the actor may see it."""

    permit = permits.LOSS_VIEW
    title = "Lost and damaged"
    table_class = LossTable
    filters = LossFilters
    search = ("device__asset_tag", "held_by__given_name", "held_by__family_name", "police_number")
    search_hint = "Asset tag, employee or police report"
    empty = "Nothing is lost or damaged that you may see."
    noun = ("case", "cases")

    def rows(self) -> QuerySet[Loss]:
        return queries.losses_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Report a loss or damage", "losses:report", permits.LOSS_REPORT, look=""),)


_HANDLE = permits.LOSS_HANDLE
_MISSING: Sequence[tuple[str, str, Permit, str]] = (
    ("found", "It is found", permits.LOSS_REPORT, ""),
    ("locate", "Ask where it is", _HANDLE, "outline"),
    ("erase", "Ask to erase it", _HANDLE, "secondary"),
    ("erase-later", "Erase it unless found", _HANDLE, "outline"),
    ("police", "Enter the police report", _HANDLE, "outline"),
    ("write-off", "Ask to write it off", WRITE_OFF_ASK, "outline"),
)
_NAMES = {"write-off": "surplus:write-off"}
_DAMAGED: Sequence[tuple[str, str, Permit, str]] = (
    ("repair", "Send to repair", _HANDLE, ""),
    ("repaired", "It is fit for use", _HANDLE, "outline"),
    ("give-up", "It is beyond repair", _HANDLE, "secondary"),
)


class LossPage(DetailPage[Loss]):
    """One case (G-11)."""

    permit = permits.LOSS_VIEW
    kind = "loss"
    thing = "case"
    template_name = "losses/loss.html"

    def rows(self) -> QuerySet[Loss]:
        return queries.losses_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Lost and damaged", reverse("losses:losses")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        loss, device = self.object, self.object.device
        by = str(loss.reported_by) if loss.reported_by else "the system"
        facts = [
            Fact("Device", device.asset_tag, device_address(self.request, device)),
            Fact("Model", str(device.model) if device.model else "—"),
            Fact("Held by", loss.held_by or "Nobody", person_address(self.request, loss.held_by)),
            Fact("Department", loss.department.name),
            Fact("When", full_time(loss.happened_at)),
            Fact("Where", loss.place),
            Fact("Reported", full_time(loss.reported_at), note=f"By {by}"),
            Fact("How", loss.get_intake_display(), note=loss.caller_check),
        ]
        if loss.kind == LossKind.STOLEN or loss.police_number:
            facts.append(Fact("Police report", loss.police_number or "Not entered yet"))
        if loss.kind != LossKind.DAMAGED:
            facts.append(Fact("Lost mode", self._lost_mode()))
            facts.append(Fact("Erasure", *self._erasure()))
        if loss.vendor:
            cost = money.dollars(loss.cost_cents) if loss.cost_cents is not None else "—"
            facts.append(Fact("Repaired by", loss.vendor, note=f"Cost {cost}"))
        if loss.found_at:
            facts.append(Fact("Found", full_time(loss.found_at), note=loss.found_where))
        if loss.closed_at:
            facts.append(Fact("Closed", full_time(loss.closed_at), note=loss.closing))
        return facts

    def _lost_mode(self) -> str:
        loss = self.object
        if not loss.locked:
            return f"Not possible. {loss.lost_mode}".strip()
        return "On" if in_lost_mode(loss.device) else "Asked for; the device has not confirmed it"

    def _erasure(self) -> tuple[Any, str, str]:
        """Where the erasure stands, a link to its request, and what is known of the device."""
        loss = self.object
        target = erasing.target_of(loss.erasure, loss.device_id)
        if loss.erase_at:
            return f"Asked for on {full_time(loss.erase_at)}, unless found", "", ""
        if target is None:
            return erasing.why_not_erase(loss.device) or "Not asked for", "", ""
        seen = target.enrolment.last_seen_at
        said = target.outcome
        if target.state in {TargetState.PENDING, TargetState.RELEASED} and loss.missing:
            since = full_time(seen) if seen else "it was enrolled"
            waits = target.state == TargetState.PENDING
            said = "" if waits else f"Sent, not confirmed; the device is offline since {since}."
        label = target.request.get_state_display() if loss.missing else target.get_state_display()
        link = reverse("destruction:request", kwargs={"key": target.request_id})
        return label, link if may_open(self.actor, DESTRUCTION_VIEW) else "", said

    @property
    def own(self) -> bool:
        return self.object.held_by_id is not None and self.object.held_by_id == self.actor.person_id

    def buttons(self) -> Sequence[Button]:
        loss, kwargs = self.object, {"key": self.object.pk}
        offered: list[tuple[str, str, Permit, str]] = []
        if loss.missing:
            offered += [item for item in _MISSING if self._sensible(item[0])]
        elif loss.live:
            offered += [
                item for item in _DAMAGED if item[0] != "repair" or loss.state == LossState.DAMAGED
            ]
        if loss.held_by_id and not loss.decided_at and not loss.device.personal:
            if self.own:
                offered.append(("side", "Say your side", permits.LOSS_ANSWER, "outline"))
            elif self._owed(StepKind.DECIDE):
                offered.append(
                    ("decide", "Decide on responsibility", permits.LOSS_DECIDE, "outline")
                )
        if self._owed(StepKind.REPLACE):
            offered.append(("replace", "Choose a replacement", _HANDLE, "outline"))
        return [
            Button(label, _NAMES.get(name, f"losses:{name}"), permit, kwargs, look)
            for name, label, permit, look in offered
            if self._may(permit)
        ]

    def _sensible(self, name: str) -> bool:
        loss = self.object
        if name in {"erase", "erase-later"}:
            waits = loss.state in {LossState.SEARCHING, LossState.UNCONFIRMED}
            return waits and not erasing.why_not_erase(loss.device)
        if name == "locate":
            return loss.locked and in_lost_mode(loss.device)
        if name == "write-off":
            possible = LOSS.verbs_from(LossState(loss.state))
            return "write off" in possible and not loss.device.personal
        if name == "police":
            return not loss.police_number and not loss.device.personal
        return True

    def _owed(self, kind: StepKind) -> bool:
        return any(step.kind == kind and step.state == "open" for step in self._steps)

    @property
    def _steps(self) -> list[Any]:
        if not hasattr(self, "_found_steps"):
            self._found_steps = list(queries.steps_of(self.object))
        return self._found_steps

    def _may(self, permit: Permit) -> bool:
        loss = self.object
        place = {"person_id": loss.held_by_id, "department_id": loss.department_id}
        return reach(self.actor, permit).covers(**place)

    def context(self) -> dict[str, Any]:
        loss = self.object
        handles = self._may(_HANDLE)
        return {
            **super().context(),
            "loss": loss,
            "steps": [
                {
                    "row": step,
                    "owner": Owner(OWNERS[StepKind(step.kind)]).label,
                    "late": step.state == "open" and step.due_at <= self.at,
                    "due": when(step.due_at, self.at),
                }
                for step in self._steps
            ],
            "orders": [
                (order, chip(order.get_state_display(), tone=ORDER_TONES[order.state]))
                for order in line_orders_for(cause_of(loss))
            ],
            "may_open_orders": may_open(self.actor, LINE_ORDER_VIEW),
            "handles": handles,
            "personal_close": loss.missing and loss.device.personal and handles,
            "hears": queries.hears(self.actor, loss),
            "statements": list(queries.statements_visible_to(self.actor, loss)),
            "replacement": self._replacement(),
            "locations": list(queries.locations_of(self.actor, loss)[:20]),
            "pictures": pictures_of(self.request, "lifecycle.loss", loss.pk),
            "add": self._photograph(),
            "story": story_of(loss),
        }

    def _photograph(self) -> str:
        loss = self.object
        if loss.kind != LossKind.DAMAGED or not may_add_to(self.request, loss.device):
            return ""
        return reverse("losses:photograph", kwargs={"key": loss.pk})

    def _replacement(self) -> dict[str, Any] | None:
        """What takes its place, with the request where the reader may see that."""
        rows = Replacement.objects.filter(loss=self.object).select_related("device", "request")
        row = rows.first()
        if row is None:
            return None
        seen = requests_visible_to(self.actor, self.at).filter(replacements=row).first()
        address = reverse("requests:request", kwargs={"key": seen.pk}) if seen else ""
        return {"row": row, "request": seen, "address": address}
