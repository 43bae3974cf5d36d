"""Asking for a change of a line, from its page."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import BaseForm
from django.urls import reverse

from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.actions.line_orders.reading import read_line
from quartermaster.billing.line_order_permits import LINE_ORDER_ASK
from quartermaster.billing.models import LineOrder
from quartermaster.billing.queries.line_standing import access_for
from quartermaster.billing.rules.line_orders import LineOrderKind
from quartermaster.inventory import carriers, queries
from quartermaster.inventory.carriers import BY_HAND, Declined, Reading, Unavailable
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.inventory.models import Line
from quartermaster.kernel.errors import Conflict
from quartermaster.web.line_orders import forms
from quartermaster.web.pages import ActPage, Crumb


class OnLine(ActPage[Line]):
    """What is asked of the carrier about one line."""

    permit = LINE_ORDER_ASK
    thing = "line"
    kind: ClassVar[LineOrderKind]
    form_class: ClassVar[type[BaseForm]] = forms.AskForm
    done = "{}: the order is kept, and the line follows the carrier's word."

    def rows(self) -> QuerySet[Line]:
        return queries.lines_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:line", kwargs={"key": self.object.pk})
        lines = reverse("inventory:lines")
        return (Crumb("Lines", lines), Crumb(pretty_number(self.object.number), here))

    def consequences(self) -> Sequence[str]:
        line, access = self.object, access_for(self.object)
        if access is None or access.adapter == BY_HAND or not carriers.known(access.adapter):
            return (
                f"A letter goes to {line.carrier}, or is shown to be pasted into its portal.",
                "ITMD enters the carrier's word; only then the line changes here.",
            )
        title = carriers.adapter(access.adapter).title
        return (f"It goes to {line.carrier} by {title}, whose word changes the line here.",)

    def act(self, form: Any) -> LineOrder:
        data = dict(form.cleaned_data)
        terms = verbs.Terms(due_at=data["due_at"], note=data["note"])
        return verbs.ask_line_order(
            line_id=self.object.pk,
            kind=self.kind,
            reason=data["reason"],
            terms=terms,
            actor=self.actor,
            at=self.at,
            **self.more(data),
        )

    def more(self, data: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002 (some need none)
        return {}

    def next_address(self, outcome: Any) -> str:
        return reverse("line_orders:order", kwargs={"key": outcome.pk})


class SuspendLine(OnLine):
    """Have a line suspended (G-11)."""

    title = "Have the line suspended"
    sentence = "{} takes no calls and no data while it is suspended; most carriers bill it."
    submit = "Ask for it"
    kind = LineOrderKind.SUSPEND

    def consequences(self) -> Sequence[str]:
        return (
            "If a device is to be erased, wait for that first: without its line it never hears it.",
            *super().consequences(),
        )


class RestoreLine(OnLine):
    """Have a suspended line restored."""

    title = "Have the line restored"
    sentence = "{} is to be in use again."
    submit = "Ask for it"
    kind = LineOrderKind.RESTORE


class CancelLine(OnLine):
    """Have a line cancelled for good."""

    title = "Have the line cancelled"
    sentence = "{} ends for good, and its SIM is retired."
    submit = "Ask for it"
    look = "secondary"
    kind = LineOrderKind.CANCEL


class SwapSim(OnLine):
    """Have a line moved to another SIM."""

    title = "Swap the SIM"
    sentence = "{} gets another SIM. The old one is retired; line and device stay as they are."
    form_class = forms.NewSimForm
    submit = "Ask for it"
    kind = LineOrderKind.SWAP_SIM

    def more(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"sim_id": queries.sim_named(self.actor, data["sim"]).id}


class ChangePlan(OnLine):
    """Have a line given another plan (G-12)."""

    title = "Change the plan"
    sentence = "{} gets another plan of the contract; what it had stays known."
    form_class = forms.NewPlanForm
    submit = "Ask for it"
    kind = LineOrderKind.CHANGE_PLAN

    def form_arguments(self) -> dict[str, Any]:
        return {"line": self.object}

    def more(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"plan_id": data["plan"].id}


class ReadLine(ActPage[Line]):
    """Ask the carrier how a line stands (G-9)."""

    permit = LINE_ORDER_ASK
    thing = "line"
    title = "Ask the carrier"
    sentence = "The carrier of {} is asked how it stands there. Nothing is changed."
    submit = "Ask"

    rows = OnLine.rows
    crumbs = OnLine.crumbs

    @property
    def done(self) -> str:  # type: ignore[override]
        reading: Reading = self._reading
        more = [f"plan {reading.plan}" if reading.plan else "", reading.iccid, reading.said]
        told = ", ".join(item for item in more if item)
        return f"The carrier says: {reading.condition.value}" + (f" ({told})." if told else ".")

    def act(self, form: Any) -> Reading:  # noqa: ARG002 (nothing to fill in)
        try:
            self._reading = read_line(line_id=self.object.pk, actor=self.actor, at=self.at)
        except (Unavailable, Declined) as problem:
            raise Conflict(problem.message) from problem
        return self._reading
