"""How carriers are reached: entered here, its secrets never shown again."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.actions.line_orders.accesses import callback_key_of
from quartermaster.billing.line_order_permits import CARRIER_MANAGE, CARRIER_VIEW
from quartermaster.billing.models import CarrierAccess
from quartermaster.billing.queries.line_orders import accesses_visible_to
from quartermaster.inventory import carriers
from quartermaster.inventory.carriers import Adapter
from quartermaster.kernel.errors import NotFound
from quartermaster.web.guard import may_open
from quartermaster.web.line_orders import forms
from quartermaster.web.line_orders.tables import CarrierTable
from quartermaster.web.marks import full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    ListPage,
)


def callback_address(access: CarrierAccess) -> str:
    """Where the carrier sends its words; whoever knows it is taken for the carrier."""
    key = callback_key_of(access)
    return f"{settings.WEB_URL}/api/v1/carriers/{access.id}/{key}" if key else ""


class Carriers(ListPage[CarrierAccess]):
    """How carriers are reached."""

    permit = CARRIER_VIEW
    title = "Carriers"
    lead = "A carrier that is not listed is written to under its contract, and answers to people."
    table_class = CarrierTable
    search = ("carrier", "account", "contact")
    search_hint = "Carrier, account or contact"
    empty = "No carrier has an entry. Orders are written as letters."
    noun = ("carrier", "carriers")

    def rows(self) -> QuerySet[CarrierAccess]:
        return accesses_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return tuple(
            Button(
                f"Add: {adapter.title.partition(':')[0]}",
                "line_orders:carrier-new",
                CARRIER_MANAGE,
                {"adapter": adapter.name},
            )
            for adapter in carriers.adapters()
        )


class CarrierPage(DetailPage[CarrierAccess]):
    """How one carrier is reached."""

    permit = CARRIER_VIEW
    kind = "carrier"
    thing = "carrier"

    def rows(self) -> QuerySet[CarrierAccess]:
        return accesses_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Carriers", reverse("line_orders:carriers")),)

    def facts(self) -> Sequence[Fact]:
        access = self.object
        known = carriers.known(access.adapter)
        facts = [
            Fact("Account", access.account or "Every other"),
            Fact("How", carriers.adapter(access.adapter).title if known else access.adapter),
            Fact("Letters go to", access.contact or "As the contract says"),
        ]
        if access.address:
            facts.append(Fact("API", access.address))
        if access.restores_after_days:
            days = f"{access.restores_after_days} days"
            facts.append(Fact("Restores suspended lines by itself", f"After {days}"))
        if known:
            facts += self._entered(carriers.adapter(access.adapter))
        if access.trouble_at:
            facts.append(Fact("Last trouble", access.trouble, note=full_time(access.trouble_at)))
        return facts

    def _entered(self, adapter: Adapter) -> Sequence[Fact]:
        access = self.object
        facts = [
            Fact(item.title, "Kept sealed" if item.secret else access.values.get(item.name, ""))
            for item in adapter.fields
        ]
        if adapter.abilities.calls_back and may_open(self.actor, CARRIER_MANAGE):
            note = "A secret: give it to the carrier alone, as the address of its callbacks."
            facts.append(Fact("Callback address", callback_address(access), note=note))
        return facts

    def buttons(self) -> Sequence[Button]:
        kwargs = {"key": self.object.pk}
        return (
            Button("Change", "line_orders:carrier-change", CARRIER_MANAGE, kwargs),
            Button("Remove", "line_orders:carrier-remove", CARRIER_MANAGE, kwargs, "secondary"),
        )


class _Entry:
    """What entering and changing share."""

    def details(self, form: Any, adapter: Adapter) -> verbs.AccessDetails:
        data = form.cleaned_data
        return verbs.AccessDetails(
            carrier=data["carrier"],
            account=data["account"],
            adapter=adapter.name,
            address=data.get("address", ""),
            contact=data["contact"],
            restores_after_days=data["restores_after_days"],
            values=form.values(),
        )


class NewCarrier(_Entry, FormPage):
    """Enter how a carrier is reached (G-9, G-12)."""

    permit = CARRIER_MANAGE
    form_class = forms.AccessForm
    submit = "Save"
    done = "{} is reached like this from now on."

    @property
    def adapter(self) -> Adapter:
        name = self.kwargs["adapter"]
        if not carriers.known(name):
            raise NotFound("There is no such way to reach a carrier.")
        return carriers.adapter(name)

    def heading(self) -> str:
        return f"Add a carrier: {self.adapter.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Carriers", reverse("line_orders:carriers")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"adapter": self.adapter, "entered": False}

    def act(self, form: Any) -> CarrierAccess:
        details = self.details(form, self.adapter)
        return verbs.set_access(details=details, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("line_orders:carrier", kwargs={"key": outcome.pk})


class OfCarrier(ActPage[CarrierAccess]):
    """What the verbs on an entry share."""

    permit = CARRIER_MANAGE
    thing = "carrier"

    def rows(self) -> QuerySet[CarrierAccess]:
        return accesses_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("line_orders:carrier", kwargs={"key": self.object.pk})
        return (Crumb("Carriers", reverse("line_orders:carriers")), Crumb(str(self.object), here))


class ChangeCarrier(_Entry, OfCarrier):
    """Change how a carrier is reached; what is secret is replaced, or stays."""

    title = "Change the carrier"
    sentence = "How {} is reached."
    form_class = forms.AccessForm
    submit = "Save"
    done = "{} is reached like this from now on."

    @property
    def adapter(self) -> Adapter:
        known = carriers.known(self.object.adapter)
        return carriers.adapter(self.object.adapter if known else carriers.BY_HAND)

    def form_arguments(self) -> dict[str, Any]:
        return {"adapter": self.adapter, "entered": True}

    def initial(self) -> dict[str, Any]:
        access = self.object
        names = ("carrier", "account", "address", "contact", "restores_after_days")
        plain = {f"value_{name}": value for name, value in access.values.items()}
        return {**{name: getattr(access, name) for name in names}, **plain}

    def act(self, form: Any) -> CarrierAccess:
        return verbs.set_access(
            details=self.details(form, self.adapter),
            access_id=self.object.pk,
            actor=self.actor,
            at=self.at,
        )


class RemoveCarrier(OfCarrier):
    """Forget how a carrier is reached."""

    title = "Remove the carrier"
    sentence = "What was entered for {} is forgotten. Orders are written as letters from then on."
    submit = "Remove"
    look = "secondary"
    done = "The entry is removed."

    def act(self, form: Any) -> None:  # noqa: ARG002 (nothing to fill in)
        verbs.remove_access(access_id=self.object.pk, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (the entry is gone)
        return reverse("line_orders:carriers")
