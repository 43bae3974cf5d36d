"""The list of requests, and one with its history."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Count, QuerySet
from django.urls import reverse

from quartermaster.inventory.queries import devices_visible_to
from quartermaster.mdm import queries
from quartermaster.mdm.models import DestructiveRequest, DestructiveTarget
from quartermaster.mdm.permits import (
    DESTRUCTION_APPROVE,
    DESTRUCTION_APPROVE_HELD,
    DESTRUCTION_OPEN,
    DESTRUCTION_REQUEST,
    DESTRUCTION_STOP,
)
from quartermaster.mdm.rules.destruction import REQUEST, Kind, RequestState, TargetState
from quartermaster.mdm.states import OPEN_COMMANDS
from quartermaster.web.destruction.tables import STATES, TARGETS, RequestTable
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage

LEAD = (
    "Nothing is erased by one person: another must agree with their password, and until it is"
    " done anybody at ITMD can stop it."
)


class RequestFilters(Filters):
    """By state and kind."""

    state = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in RequestState], empty_label="Any"
    )
    kind = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in Kind], empty_label="Any", label="What"
    )


class Requests(ListPage[DestructiveRequest]):
    """Every destructive request, and what became of it."""

    permit = DESTRUCTION_OPEN
    title = "Erasing and letting go"
    lead = LEAD
    table_class = RequestTable
    filters = RequestFilters
    search = ("targets__enrolment__device__asset_tag", "requester__family_name", "reason")
    search_hint = "Asset tag, person or reason"
    empty = "Nobody asked that anything be erased."
    noun = ("request", "requests")

    def rows(self) -> QuerySet[DestructiveRequest]:
        rows = queries.destructive_requests_visible_to(self.actor)
        return rows.annotate(devices_count=Count("targets", distinct=True)).distinct()

    def buttons(self) -> Sequence[Button]:
        return (
            Button(
                "Stop everything pending",
                "destruction:stop-everything",
                DESTRUCTION_STOP,
                look="secondary",
            ),
            Button("Ask for several devices", "destruction:ask", DESTRUCTION_REQUEST),
            Button("Raise the limits", "destruction:raise", DESTRUCTION_REQUEST),
        )


@dataclass(frozen=True)
class Step:
    """One line of the history."""

    when: datetime
    what: str


@dataclass(frozen=True)
class Line:
    """One device of a request."""

    device: Any
    address: str
    mark: Any
    outcome: str


class OfRequest:
    """What the pages of one request share."""

    actor: Any
    object: DestructiveRequest
    thing = "request"

    def rows(self) -> QuerySet[DestructiveRequest]:
        return queries.destructive_requests_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Erasing and letting go", reverse("destruction:requests")),)


class RequestPage(OfRequest, DetailPage[DestructiveRequest]):
    """One request: what it removes, who stands for it, what became of each device."""

    permit = DESTRUCTION_OPEN
    template_name = "destruction/request.html"

    def heading(self) -> str:
        return self.object.get_kind_display()

    def state(self) -> Any:
        state = self.object.state
        return chip(self.object.get_state_display(), raw=state, tone=STATES[state])

    def buttons(self) -> Sequence[Button]:
        own = self.object.requester_id == self.actor.person_id
        shown = {"stop"} if own else {"approve", "refuse", "stop"}
        despite = self.object.despite_hold
        held, second = ("-held", DESTRUCTION_APPROVE_HELD) if despite else ("", DESTRUCTION_APPROVE)
        kinds = {
            "approve": Button("Approve", f"destruction:approve{held}", second, look=""),
            "refuse": Button("Refuse", f"destruction:refuse{held}", second),
            "stop": Button("Stop", "destruction:stop", DESTRUCTION_STOP, look="secondary"),
        }
        possible = REQUEST.verbs_from(RequestState(self.object.state))
        key = {"key": self.object.pk}
        return tuple(
            Button(button.label, button.url_name, button.permit, key, button.look)
            for verb, button in kinds.items()
            if verb in possible and verb in shown
        )

    def facts(self) -> Sequence[Fact]:
        request = self.object
        approval = getattr(request, "approval", None)
        facts = [
            Fact("Reason", request.reason),
            Fact("Asked by", request.requester.name),
            Fact("Second person", approval.approver.name if approval else "None yet"),
        ]
        if request.despite_hold:
            said = "The records custodian alone is the second person."
            facts.insert(0, Fact("In spite of a hold", chip("Yes", tone="bad"), note=said))
        if request.due_at:
            words = "To be decided by" if request.state == RequestState.REQUESTED else "Due"
            facts.append(Fact(words, full_time(request.due_at)))
        if request.note:
            facts.append(Fact("How it came to this", request.note))
        return facts

    def context(self) -> dict[str, Any]:
        targets = self.object.targets.select_related(
            "enrolment__device__holder", "command"
        ).order_by("id")
        devices = [item.enrolment.device_id for item in targets]
        visible = devices_visible_to(self.actor).filter(id__in=devices)
        seen = set(visible.values_list("id", flat=True))
        return {
            **super().context(),
            "statement": self.object.statement.splitlines(),
            "lines": [self._line(item, seen) for item in targets],
            "steps": sorted(self._steps(), key=lambda step: step.when),
        }

    @staticmethod
    def _line(target: DestructiveTarget, seen: set[UUID]) -> Line:
        device = target.enrolment.device
        key = {"key": device.pk}
        address = reverse("inventory:device", kwargs=key) if device.pk in seen else ""
        mark = chip(target.get_state_display(), raw=target.state, tone=TARGETS[target.state])
        return Line(device, address, mark, _how(target))

    def _steps(self) -> Iterator[Step]:
        request = self.object
        yield Step(request.requested_at, f"{request.requester} asked for it.")
        approval = getattr(request, "approval", None)
        if approval:
            yield Step(approval.approved_at, f"{approval.approver} agreed, with the password.")
        if request.released_at:
            yield Step(request.released_at, "The commands were made for the devices.")
        for target in request.targets.select_related("enrolment__device").exclude(settled_at=None):
            assert target.settled_at is not None
            said = f"{target.enrolment.device.asset_tag}: {target.outcome}"
            yield Step(target.settled_at, said)
        if request.closed_at:
            yield Step(request.closed_at, f"{request.get_state_display()}. {request.note}".strip())


def _how(target: DestructiveTarget) -> str:
    """Where a device's part stands, honestly: silence is no proof."""
    if target.state != TargetState.RELEASED:
        return target.outcome
    command = target.command
    seen = target.enrolment.last_seen_at
    since = f" The device is offline since {full_time(seen)}." if seen else ""
    if command.state in OPEN_COMMANDS and command.sent_at is None:
        return f"Waits for the device to ask.{since}"
    return f"Not confirmed: given to the device, which has not answered yet.{since}"
