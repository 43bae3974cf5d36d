"""Pages of SIMs."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory import actions, queries
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.inventory.models import Sim
from quartermaster.inventory.permits import EQUIPMENT_IMPORT, LINE_MANAGE, LINE_VIEW
from quartermaster.inventory.rules.details import SimDetails
from quartermaster.kernel.errors import InvalidInput
from quartermaster.web.inventory import forms
from quartermaster.web.inventory.filters import SimFilters
from quartermaster.web.inventory.tables import SimTable
from quartermaster.web.marks import chip
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    ListPage,
)


class Sims(ListPage[Sim]):
    """The SIMs that the actor may see."""

    permit = LINE_VIEW
    title = "SIMs"
    table_class = SimTable
    filters = SimFilters
    search = ("iccid", "carrier", "line__number", "device__asset_tag")
    search_hint = "ICCID, carrier, number or asset tag"
    empty = "No SIM is in the inventory yet. Add one, or import a file."
    noun = ("SIM", "SIMs")

    def rows(self) -> QuerySet[Sim]:
        return queries.sims_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Add a SIM", "inventory:sim-new", LINE_MANAGE, look=""),
            Button("Import", "inventory:import-sims", EQUIPMENT_IMPORT),
        )


class SimPage(DetailPage[Sim]):
    """One SIM."""

    permit = LINE_VIEW
    kind = "sim"
    thing = "SIM"

    def rows(self) -> QuerySet[Sim]:
        return queries.sims_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("SIMs", reverse("inventory:sims")),)

    def state(self) -> Any:
        sim = self.object
        if sim.retired:
            return chip("Retired", tone="neutral")
        return chip("In use", tone="good") if sim.line_id else chip("Ready", tone="info")

    def facts(self) -> Sequence[Fact]:
        sim, line, device = self.object, "", ""
        if sim.line is not None:
            line = reverse("inventory:line", kwargs={"key": sim.line_id})
        seen = queries.devices_visible_to(self.actor)
        if sim.device and seen.filter(id=sim.device.id).exists():
            device = reverse("inventory:device", kwargs={"key": sim.device_id})
        facts = [
            Fact("Kind", "eSIM" if sim.embedded else "Card"),
            Fact("Carrier", sim.carrier),
            Fact("Line", pretty_number(sim.line.number) if sim.line else "—", line),
            Fact("In device", str(sim.device) if sim.device else "—", device),
        ]
        if sim.eid:
            facts.append(Fact("EID", sim.eid))
        return facts

    def buttons(self) -> Sequence[Button]:
        if self.object.retired:
            return ()
        kwargs = {"key": self.object.pk}
        return (
            Button("Put into a device", "inventory:sim-put", LINE_MANAGE, kwargs),
            Button("Retire", "inventory:sim-retire", LINE_MANAGE, kwargs, look="secondary"),
        )


class NewSim(FormPage):
    """Enter a SIM."""

    permit = LINE_MANAGE
    title = "Add a SIM"
    form_class = forms.SimForm
    submit = "Add"
    done = "The SIM {} was added."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("SIMs", reverse("inventory:sims")),)

    def act(self, form: Any) -> Sim:
        details = SimDetails.of(**form.cleaned_data)
        return actions.add_sim(details=details, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("inventory:sim", kwargs={"key": outcome.pk})


class OnSim(ActPage[Sim]):
    """Base: a verb on one SIM."""

    permit = LINE_MANAGE
    thing = "SIM"

    def rows(self) -> QuerySet[Sim]:
        return queries.sims_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:sim", kwargs={"key": self.object.pk})
        return (Crumb("SIMs", reverse("inventory:sims")), Crumb(self.object.iccid, here))

    def named(self) -> dict[str, Any]:
        return {"sim_id": self.object.pk, "actor": self.actor, "at": self.at}


class PutSim(OnSim):
    """Put a SIM into a device, or take it out."""

    title = "Put the SIM into a device"
    sentence = "{} goes into the device named, out of whichever it is in. Its line stays."
    form_class = forms.PutForm
    submit = "Save"
    done = "The SIM {} was moved."

    def initial(self) -> dict[str, Any]:
        return {"device": self.object.device.asset_tag if self.object.device else ""}

    def act(self, form: Any) -> Sim:
        tag, device = form.cleaned_data["device"], None
        if tag:
            seen = queries.devices_visible_to(self.actor)
            device = seen.filter(asset_tag__iexact=tag).first()
            if device is None:
                raise InvalidInput("There is no device with this asset tag.", field="device")
        return actions.put_sim(device_id=device.id if device else None, **self.named())


class RetireSim(OnSim):
    """Put a SIM out of use."""

    title = "Retire the SIM"
    sentence = "{} is out of use for good. Its line stays, without a SIM."
    submit = "Retire"
    look = "secondary"
    done = "The SIM {} was retired."

    def act(self, form: Any) -> Sim:  # noqa: ARG002 (nothing to fill in)
        return actions.retire_sim(**self.named())
