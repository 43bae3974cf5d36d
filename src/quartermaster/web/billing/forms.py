"""Forms of contracts and orders. Amounts are written as people write them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from quartermaster.billing.models import CatalogueItem, Contract
from quartermaster.billing.rules.orders import LineKind
from quartermaster.inventory.models import AccessoryKind, DeviceModel
from quartermaster.kernel.money import dollars
from quartermaster.lifecycle.actions.purchasing import Choice
from quartermaster.lifecycle.models import RequestItem
from quartermaster.lifecycle.rules.requests import ItemKind
from quartermaster.web.org.forms import day
from quartermaster.web.pages.fields import MoneyField, reason_form


class ContractForm(forms.Form):
    number = forms.CharField(label="Contract number", max_length=60)
    vendor = forms.CharField(label="Carrier or vendor", max_length=60)
    carrier = forms.BooleanField(label="It provides mobile lines", required=False)
    account = forms.CharField(label="Account number", max_length=40, required=False)
    email = forms.EmailField(label="Where orders are mailed to", max_length=254, required=False)
    starts_on = day("First day")
    ends_on = day("Last day", required=False)
    note = forms.CharField(label="Note", max_length=300, required=False)


class PlanForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80, help_text="As invoices write it.")
    monthly = MoneyField(max_length=30, label="Rate a month", help_text="Such as 39.99.")
    allowance_mb = forms.IntegerField(
        label="Megabytes a month", min_value=0, required=False, help_text="Empty: unlimited."
    )
    allowance_minutes = forms.IntegerField(
        label="Minutes a month", min_value=0, required=False, help_text="Empty: unlimited."
    )
    pooled = forms.BooleanField(
        label="Its lines share their allowance",
        required=False,
        help_text="A pool: what one line leaves, another may use.",
    )


class RateForm(forms.Form):
    monthly = MoneyField(max_length=30, label="New rate a month")
    from_on = day("From")


class ItemForm(forms.Form):
    kind = forms.ChoiceField(
        label="What it is", choices=[(item.value, item.label) for item in LineKind]
    )
    model = forms.ModelChoiceField(
        label="Model", queryset=DeviceModel.objects.all(), required=False, empty_label="—"
    )
    accessory_kind = forms.ChoiceField(
        label="Kind of accessory", choices=[("", "—"), *AccessoryKind.choices], required=False
    )
    name = forms.CharField(
        label="Name", max_length=120, required=False, help_text="Empty: as the model."
    )
    price = MoneyField(max_length=30, label="Price")


class PriceForm(forms.Form):
    price = MoneyField(max_length=30, label="Price")
    sold = forms.BooleanField(label="It can be ordered", required=False)


ReasonForm = reason_form(hint="", required=False)


class ServicesForm(forms.Form):
    reason = forms.CharField(
        label="How it is known that the City ordered them",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Such as: on the invoices of the last three months.",
    )


class ReceiveForm(forms.Form):
    """What came, as a scanner types it."""

    pieces = forms.CharField(
        label="Pieces",
        max_length=100_000,
        strip=False,
        widget=forms.Textarea({"rows": 8, "autofocus": True, "autocomplete": "off"}),
        help_text="One piece a line: serial number, IMEI, ICCID and phone number in any order."
        " Scan them, or paste the vendor's list. Accessories without numbers: how many came.",
    )
    return_wrong = forms.BooleanField(label="What is wrong goes back to the vendor", required=False)


class OrderForm(forms.Form):
    """What is ordered under one contract for items of authorised requests."""

    note = forms.CharField(label="Note for the vendor", max_length=300, required=False)

    def __init__(
        self, *args: Any, contract: Contract, items: Sequence[RequestItem], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(items)
        goods = list(contract.items.filter(sold=True).select_related("model"))
        plans = [("", "No plan"), *((str(p.pk), str(p)) for p in contract.plans.filter(sold=True))]
        for item in self.asked:
            whose = f"{item} for {item.request.person}, {item.request.department.code}"
            if item.kind != ItemKind.LINE:
                self.fields[f"what_{item.pk}"] = forms.ChoiceField(
                    label=whose,
                    required=False,
                    choices=[("", "Not in this order"), *_fitting(item, goods)],
                    help_text=item.wish and f"Wished: {item.wish}",
                )
            if item.kind == ItemKind.LINE or item.cellular:
                label = f"Plan for {item.request.person}" if item.cellular else whose
                self.fields[f"plan_{item.pk}"] = forms.ChoiceField(
                    label=label, required=False, choices=plans
                )

    def choices(self) -> list[Choice]:
        """What was chosen; an item without a thing and a plan is not in this order."""
        found = []
        for item in self.asked:
            what = self.cleaned_data.get(f"what_{item.pk}") or ""
            plan = self.cleaned_data.get(f"plan_{item.pk}") or ""
            if what or (plan and item.kind == ItemKind.LINE):
                found.append(
                    Choice(
                        request_item_id=item.pk,
                        item_id=UUID(what) if what else None,
                        plan_id=UUID(plan) if plan else None,
                    )
                )
        return found


def _fitting(item: RequestItem, goods: Sequence[CatalogueItem]) -> list[tuple[str, str]]:
    """The goods of the kind that was asked for, with their prices."""
    return [
        (str(good.pk), f"{good}, {dollars(good.price_cents)}")
        for good in goods
        if good.kind == item.kind
        and (good.model is None or good.model.device_class == item.device_class)
        and (not good.accessory_kind or good.accessory_kind == item.accessory_kind)
    ]
