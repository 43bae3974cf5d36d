"""Verbs on contracts, plans with their rates, and what can be ordered under them (G-12)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from quartermaster.billing.actions.common import bounded, one
from quartermaster.billing.models import CatalogueItem, Contract, Plan, Rate
from quartermaster.billing.permits import CONTRACT_MANAGE
from quartermaster.billing.rules.orders import LineKind, require_amount, require_span
from quartermaster.inventory.models import AccessoryKind, DeviceModel
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require


@dataclass(frozen=True)
class ContractDetails:
    """A contract as somebody enters it."""

    number: str
    vendor: str
    starts_on: date
    ends_on: date | None = None
    carrier: bool = False
    account: str = ""
    email: str = ""
    note: str = ""

    def checked(self) -> dict[str, object]:
        """The values to keep, or `InvalidInput`."""
        require_span(self.starts_on, self.ends_on)
        values: dict[str, object] = {
            "number": bounded(self.number, 60, "number"),
            "vendor": bounded(self.vendor, 60, "vendor"),
            "account": bounded(self.account, 40, "account"),
            "note": bounded(self.note, 300, "note"),
        }
        for name in ("number", "vendor"):
            if not values[name]:
                raise InvalidInput("Fill this in.", field=name)
        if self.email:
            try:
                validate_email(self.email)
            except ValidationError as problem:
                raise InvalidInput("This is no e-mail address.", field="email") from problem
        return {
            **values,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "carrier": self.carrier,
            "email": self.email,
        }


def add_contract(*, details: ContractDetails, actor: Actor, at: datetime) -> Contract:
    """Enter a contract of the City with a carrier or vendor (G-12)."""
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        try:
            with transaction.atomic():
                made = Contract.objects.create(**details.checked())
        except IntegrityError as problem:
            raise Conflict("This contract is there already.", field="number") from problem
        doing.record("billing.contract.added", made, number=made.number, vendor=made.vendor)
    return made


def change_contract(
    *, contract_id: UUID, details: ContractDetails, actor: Actor, at: datetime
) -> Contract:
    """Correct a contract, or say when it ends (G-12)."""
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        contract = one(Contract.objects.select_for_update(), contract_id, "contract")
        fresh = details.checked()
        before = {
            name: str(getattr(contract, name))
            for name, value in fresh.items()
            if getattr(contract, name) != value
        }
        for name, value in fresh.items():
            setattr(contract, name, value)
        try:
            with transaction.atomic():
                contract.save()
        except IntegrityError as problem:
            raise Conflict("This contract is there already.", field="number") from problem
        after = {name: str(fresh[name]) for name in before}
        doing.record("billing.contract.changed", contract, before=before, after=after)
    return contract


def add_plan(
    *,
    contract_id: UUID,
    name: str,
    monthly_cents: int,
    allowance_mb: int | None = None,
    allowance_minutes: int | None = None,
    pooled: bool = False,
    from_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> Plan:
    """Enter a plan of a carrier's with its rate from a day on (G-12).

    ``pooled``: its lines share what they are allowed.
    """
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        contract = one(Contract.objects.all(), contract_id, "contract")
        if not contract.carrier:
            raise Conflict("Only a carrier's contract has plans.", field="name")
        plain = bounded(name, 80, "name")
        if not plain:
            raise InvalidInput("Fill this in.", field="name")
        try:
            with transaction.atomic():
                made = Plan.objects.create(
                    contract=contract,
                    name=plain,
                    allowance_mb=allowance_mb,
                    allowance_minutes=allowance_minutes,
                    pooled=pooled,
                )
        except IntegrityError as problem:
            raise Conflict("There is a plan of this name.", field="name") from problem
        rate = Rate.objects.create(
            plan=made,
            monthly_cents=require_amount(monthly_cents, "monthly"),
            from_on=from_on or contract.starts_on,
        )
        doing.record(
            "billing.plan.added",
            made,
            name=plain,
            contract=contract.number,
            rate=rate.monthly_cents,
        )
    return made


def set_rate(
    *, plan_id: UUID, monthly_cents: int, from_on: date, actor: Actor, at: datetime
) -> Rate:
    """Say what a plan costs from a day on; what it cost before stays known (G-12)."""
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        plan = one(Plan.objects.select_for_update(), plan_id, "plan")
        if plan.rates.filter(from_on__gte=from_on).exists():
            raise Conflict("A rate begins on that day or later already.", field="from_on")
        made = Rate.objects.create(
            plan=plan, monthly_cents=require_amount(monthly_cents, "monthly"), from_on=from_on
        )
        doing.record(
            "billing.plan.rate-set", plan, monthly=monthly_cents, from_on=from_on.isoformat()
        )
    return made


def add_item(
    *,
    contract_id: UUID,
    kind: LineKind,
    name: str,
    price_cents: int,
    model_id: UUID | None = None,
    accessory_kind: str = "",
    actor: Actor,
    at: datetime,
) -> CatalogueItem:
    """Enter something that can be ordered, at its price (G-12)."""
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        contract = one(Contract.objects.all(), contract_id, "contract")
        model = None
        if kind is LineKind.DEVICE:
            if model_id is None:
                raise InvalidInput("Choose the model.", field="model")
            model = one(DeviceModel.objects.all(), model_id, "model")
        if (kind is LineKind.ACCESSORY) != (accessory_kind in AccessoryKind.values):
            raise InvalidInput("Choose the kind of accessory.", field="accessory_kind")
        plain = bounded(name, 120, "name") or str(model or "")
        if not plain:
            raise InvalidInput("Fill this in.", field="name")
        try:
            with transaction.atomic():
                made = CatalogueItem.objects.create(
                    contract=contract,
                    kind=kind.value,
                    name=plain,
                    model=model,
                    accessory_kind=accessory_kind,
                    price_cents=require_amount(price_cents, "price"),
                )
        except IntegrityError as problem:
            raise Conflict("There is an item of this name.", field="name") from problem
        doing.record("billing.item.added", made, name=plain, price=price_cents)
    return made


def change_item(
    *, item_id: UUID, price_cents: int, sold: bool, actor: Actor, at: datetime
) -> CatalogueItem:
    """Change a price for orders to come, or stop ordering it (G-12)."""
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        item = one(CatalogueItem.objects.select_for_update(), item_id, "item")
        before = [item.price_cents, item.sold]
        item.price_cents, item.sold = require_amount(price_cents, "price"), sold
        item.save(update_fields=["price_cents", "sold"])
        doing.record("billing.item.changed", item, before=before, after=[price_cents, sold])
    return item
