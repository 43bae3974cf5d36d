"""Pages of contracts: plans with their rates, and what is sold at which price."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.billing.actions import contracts, services
from quartermaster.billing.actions.contracts import ContractDetails
from quartermaster.billing.models import CatalogueItem, Contract, Plan
from quartermaster.billing.permits import CONTRACT_MANAGE, CONTRACT_VIEW, ORDER_RAISE
from quartermaster.billing.queries import contracts_visible_to
from quartermaster.billing.rules.orders import LineKind
from quartermaster.web.billing import forms
from quartermaster.web.billing.tables import ContractTable
from quartermaster.web.marks import when
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    FormPage,
    ListPage,
)

_FIELDS = ("number", "vendor", "carrier", "account", "email", "starts_on", "ends_on", "note")


class Contracts(ListPage[Contract]):
    """The City's contracts with carriers and vendors (G-12)."""

    permit = CONTRACT_VIEW
    title = "Contracts"
    lead = "Things and lines are ordered under one of these, and under nothing else."
    table_class = ContractTable
    search = ("number", "vendor", "account")
    search_hint = "Number, vendor or account"
    empty = "No contract is entered yet."
    noun = ("contract", "contracts")

    def rows(self) -> QuerySet[Contract]:
        return contracts_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Add a contract", "billing:contract-new", CONTRACT_MANAGE, look=""),)


class ContractPage(DetailPage[Contract]):
    """One contract, its plans and prices."""

    permit = CONTRACT_VIEW
    thing = "contract"
    template_name = "billing/contract.html"

    def rows(self) -> QuerySet[Contract]:
        return contracts_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Contracts", reverse("billing:contracts")),)

    def facts(self) -> Sequence[Fact]:
        row = self.object
        return (
            Fact("Vendor", row.vendor),
            Fact("Account", row.account),
            Fact("Orders go to", row.email),
            Fact("From", when(row.starts_on)),
            Fact("Until", when(row.ends_on) if row.ends_on else "open"),
            Fact("Note", row.note),
        )

    def buttons(self) -> Sequence[Button]:
        kwargs = {"key": self.object.pk}
        plans = [
            Button("Add a plan", "billing:plan-new", CONTRACT_MANAGE, kwargs),
            Button("Enter its lines", "billing:services", CONTRACT_MANAGE, kwargs),
        ]
        return (
            Button("Raise an order", "billing:order-new", ORDER_RAISE, kwargs, ""),
            *(plans if self.object.carrier else ()),
            Button("Add an item", "billing:item-new", CONTRACT_MANAGE, kwargs),
            Button("Change", "billing:contract-change", CONTRACT_MANAGE, kwargs),
        )

    def context(self) -> dict[str, Any]:
        row = self.object
        return {
            **super().context(),
            "plans": row.plans.prefetch_related("rates"),
            "items": row.items.select_related("model"),
        }


class NewContract(FormPage):
    """Enter a contract (G-12)."""

    permit = CONTRACT_MANAGE
    title = "Add a contract"
    form_class = forms.ContractForm
    submit = "Add"
    done = "{} was added."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Contracts", reverse("billing:contracts")),)

    def act(self, form: Any) -> Contract:
        return contracts.add_contract(
            details=ContractDetails(**form.cleaned_data), actor=self.actor, at=self.at
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("billing:contract", kwargs={"key": outcome.pk})


class OfContract(ActPage[Contract]):
    """What forms about one contract share."""

    permit = CONTRACT_MANAGE
    thing = "contract"

    def rows(self) -> QuerySet[Contract]:
        return contracts_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("billing:contract", kwargs={"key": self.object.pk})
        return (Crumb("Contracts", reverse("billing:contracts")), Crumb(str(self.object), here))

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (the contract's page)
        return reverse("billing:contract", kwargs={"key": self.object.pk})


class ChangeContract(OfContract):
    """Correct a contract, or say when it ends."""

    title = "Change the contract"
    form_class = forms.ContractForm
    submit = "Save"
    done = "{} was changed."

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in _FIELDS}

    def act(self, form: Any) -> Contract:
        return contracts.change_contract(
            contract_id=self.object.pk,
            details=ContractDetails(**form.cleaned_data),
            actor=self.actor,
            at=self.at,
        )


class NewPlan(OfContract):
    """Enter a plan with its rate."""

    title = "Add a plan"
    form_class = forms.PlanForm
    submit = "Add"
    done = "The plan {} was added."

    def act(self, form: Any) -> Plan:
        given = form.cleaned_data
        return contracts.add_plan(
            contract_id=self.object.pk,
            name=given["name"],
            monthly_cents=given["monthly"],
            allowance_mb=given["allowance_mb"],
            allowance_minutes=given["allowance_minutes"],
            pooled=given["pooled"],
            actor=self.actor,
            at=self.at,
        )


class NewItem(OfContract):
    """Enter something that can be ordered."""

    title = "Add an item"
    form_class = forms.ItemForm
    submit = "Add"
    done = "{} was added."

    def act(self, form: Any) -> CatalogueItem:
        given = form.cleaned_data
        return contracts.add_item(
            contract_id=self.object.pk,
            kind=LineKind(given["kind"]),
            name=given["name"],
            price_cents=given["price"],
            model_id=given["model"].pk if given["model"] else None,
            accessory_kind=given["accessory_kind"],
            actor=self.actor,
            at=self.at,
        )


class EnterServices(OfContract):
    """Enter the lines that were there before orders were (G-12)."""

    title = "Enter the lines of this contract"
    sentence = (
        "{}: the carrier's live lines in the register are entered as ordered, under the plan that"
        " each has by name."
    )
    form_class = forms.ServicesForm
    submit = "Enter them"
    done = "{0[0]} lines were entered; {0[1]} have a plan that this contract does not."

    def consequences(self) -> Sequence[str]:
        return (
            "Invoices are held against these lines and rates from then on.",
            "Lines whose plan is unknown here stay off the list: add the plan, and repeat it.",
        )

    def act(self, form: Any) -> tuple[int, int]:
        return services.enter_services(
            contract_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class SetRate(ActPage[Plan]):
    """Say what a plan costs from a day on."""

    permit = CONTRACT_MANAGE
    thing = "plan"
    title = "Set a rate"
    sentence = "{}: the new rate counts from its first day; before it, the old one stays known."
    form_class = forms.RateForm
    submit = "Set the rate"
    done = "The rate is set."

    def rows(self) -> QuerySet[Plan]:
        seen = contracts_visible_to(self.actor)
        return Plan.objects.select_related("contract").filter(contract__in=seen)

    def crumbs(self) -> Sequence[Crumb]:
        return _crumbs(self.object.contract)

    def act(self, form: Any) -> Any:
        return contracts.set_rate(
            plan_id=self.object.pk,
            monthly_cents=form.cleaned_data["monthly"],
            from_on=form.cleaned_data["from_on"],
            actor=self.actor,
            at=self.at,
        )


class ChangeItem(ActPage[CatalogueItem]):
    """Change a price, or stop ordering something."""

    permit = CONTRACT_MANAGE
    thing = "item"
    title = "Change the item"
    sentence = "{}: orders that are drafted already keep their price."
    form_class = forms.PriceForm
    submit = "Save"
    done = "{} was changed."

    def rows(self) -> QuerySet[CatalogueItem]:
        seen = contracts_visible_to(self.actor)
        return CatalogueItem.objects.select_related("contract").filter(contract__in=seen)

    def initial(self) -> dict[str, Any]:
        price = f"{self.object.price_cents // 100}.{self.object.price_cents % 100:02d}"
        return {"price": price, "sold": self.object.sold}

    def crumbs(self) -> Sequence[Crumb]:
        return _crumbs(self.object.contract)

    def act(self, form: Any) -> CatalogueItem:
        return contracts.change_item(
            item_id=self.object.pk,
            price_cents=form.cleaned_data["price"],
            sold=form.cleaned_data["sold"],
            actor=self.actor,
            at=self.at,
        )


def _crumbs(contract: Contract) -> Sequence[Crumb]:
    here = reverse("billing:contract", kwargs={"key": contract.pk})
    return (Crumb("Contracts", reverse("billing:contracts")), Crumb(str(contract), here))
