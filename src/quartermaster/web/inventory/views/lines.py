"""Pages of lines and SIMs."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.billing.line_order_permits import LINE_ORDER_ASK
from quartermaster.billing.queries.line_standing import (
    access_for,
    standing_of,
)
from quartermaster.billing.rules.line_orders import LineOrderKind, why_not
from quartermaster.inventory import actions, carriers, queries
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.inventory.models import Line, LineStatus
from quartermaster.inventory.permits import EQUIPMENT_IMPORT, LINE_MANAGE, LINE_VIEW
from quartermaster.inventory.rules import LINE
from quartermaster.inventory.rules.details import LineDetails
from quartermaster.web.inventory import forms
from quartermaster.web.inventory.filters import LineFilters
from quartermaster.web.inventory.tables import LINE_TONES, LineTable
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    ListPage,
)

_ORDERS = {
    LineOrderKind.SUSPEND: ("Have it suspended", "suspend", "outline"),
    LineOrderKind.RESTORE: ("Have it restored", "restore", "outline"),
    LineOrderKind.SWAP_SIM: ("Swap the SIM", "swap", "outline"),
    LineOrderKind.CHANGE_PLAN: ("Change the plan", "plan", "outline"),
    LineOrderKind.CANCEL: ("Have it cancelled", "cancel", "secondary"),
}
_MOVES = {
    "activate": ("Activate", "inventory:line-activate", "outline"),
    "port out": ("Port out", "inventory:line-port-out", "secondary"),
}


class Lines(ListPage[Line]):
    """The lines that the actor may see."""

    permit = LINE_VIEW
    title = "Lines"
    table_class = LineTable
    filters = LineFilters
    search = ("number", "carrier", "plan", "account", "holder__given_name", "holder__family_name")
    search_hint = "Number, carrier, plan, account or holder"
    empty = "No line is in the inventory yet. Add one, or import a file."
    noun = ("line", "lines")

    def rows(self) -> QuerySet[Line]:
        return queries.lines_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Add a line", "inventory:line-new", LINE_MANAGE, look=""),
            Button("Import", "inventory:import-lines", EQUIPMENT_IMPORT),
        )


class LinePage(DetailPage[Line]):
    """One line, with its SIMs past and present."""

    permit = LINE_VIEW
    kind = "line"
    thing = "line"

    def rows(self) -> QuerySet[Line]:
        return queries.lines_visible_to(self.actor)

    def heading(self) -> str:
        return pretty_number(self.object.number)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Lines", reverse("inventory:lines")),)

    def state(self) -> Any:
        line = self.object
        return chip(line.get_status_display(), tone=LINE_TONES[line.status])

    def facts(self) -> Sequence[Fact]:
        line = self.object
        facts = [
            Fact("Number", line.number),
            Fact("Carrier", line.carrier),
            Fact("Account", line.account or "—"),
            Fact("Plan", line.plan or "—"),
            Fact("Holder", line.holder or "Nobody", person_address(self.request, line.holder)),
            Fact("Department", line.department.name),
        ]
        if line.activated_on:
            facts.append(Fact("Activated on", when(line.activated_on)))
        return facts

    def buttons(self) -> Sequence[Button]:
        line, kwargs = self.object, {"key": self.object.pk}
        if not line.live:
            return ()
        known = standing_of(line)
        moves = [
            _MOVES[verb] for verb in LINE.verbs_from(LineStatus(line.status)) if verb in _MOVES
        ]
        return (
            Button("Assign", "inventory:line-assign", LINE_MANAGE, kwargs),
            Button("Change", "inventory:line-change", LINE_MANAGE, kwargs),
            *(
                Button(label, f"line_orders:{name}", LINE_ORDER_ASK, kwargs, look)
                for kind, (label, name, look) in _ORDERS.items()
                if not why_not(kind, known)
            ),
            *(Button(label, name, LINE_MANAGE, kwargs, look) for label, name, look in moves),
            *self._ask(),
        )

    def _ask(self) -> Sequence[Button]:
        """Where the carrier's machine can say how the line stands."""
        access = access_for(self.object)
        if access is None or not carriers.known(access.adapter):
            return ()
        if not carriers.adapter(access.adapter).abilities.reads:
            return ()
        kwargs = {"key": self.object.pk}
        return (Button("Ask the carrier", "line_orders:read", LINE_ORDER_ASK, kwargs),)


class NewLine(FormPage):
    """Enter a line that was ordered."""

    permit = LINE_MANAGE
    title = "Add a line"
    form_class = forms.NewLineForm
    submit = "Add"
    done = "The line {} was added."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Lines", reverse("inventory:lines")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> Line:
        data = dict(form.cleaned_data)
        department, holder = data.pop("department"), data.pop("holder")
        return actions.add_line(
            details=LineDetails.of(**data),
            department_id=department.id,
            holder_id=holder.id if holder else None,
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("inventory:line", kwargs={"key": outcome.pk})


class OnLine(ActPage[Line]):
    """Base: a verb on one line."""

    permit = LINE_MANAGE
    thing = "line"

    def rows(self) -> QuerySet[Line]:
        return queries.lines_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:line", kwargs={"key": self.object.pk})
        return (
            Crumb("Lines", reverse("inventory:lines")),
            Crumb(pretty_number(self.object.number), here),
        )

    def named(self) -> dict[str, Any]:
        return {"line_id": self.object.pk, "actor": self.actor, "at": self.at}


class ChangeLine(OnLine):
    """Correct a line's number, carrier, account or plan."""

    title = "Change the line"
    sentence = "What was held before stays in the ledger."
    form_class = forms.LineForm
    submit = "Save"
    done = "The line {} was changed."

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in forms.LineForm.base_fields}

    def act(self, form: Any) -> Line:
        details = LineDetails.of(**form.cleaned_data)
        return actions.change_line(details=details, **self.named())


class AssignLine(OnLine):
    """Say whose line it is (S-2)."""

    title = "Assign the line"
    sentence = "{} is for the person named, who must have acknowledged the policy."
    form_class = forms.AssignLineForm
    submit = "Assign"
    done = "The line {} was assigned."

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> Line:
        holder = form.cleaned_data["holder"]
        return actions.assign_line(holder_id=holder.id if holder else None, **self.named())


class MoveLine(OnLine):
    """Base: one step of a line's life."""

    verb: ClassVar[str]
    done = "The line {} was changed."

    def act(self, form: Any) -> Line:  # noqa: ARG002 (nothing to fill in)
        return actions.move_line(verb=self.verb, **self.named())


class ActivateLine(MoveLine):
    """The carrier has put the line into use."""

    title = "Activate the line"
    sentence = "{} is in use from today."
    submit = "Activate"
    verb = "activate"


class PortOutLine(MoveLine):
    """The number goes to another carrier or owner."""

    title = "Port the line out"
    sentence = "The number {} leaves the City, and its SIM is retired."
    submit = "Port out"
    look = "secondary"
    verb = "port out"
