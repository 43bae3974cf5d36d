"""Raising an order: out of authorised requests, under one contract, for the City alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from quartermaster.billing.actions.common import bounded, one, require_in_force, today
from quartermaster.billing.authorisations import why_not_ordered
from quartermaster.billing.errors import NotAuthorised, PersonalLine
from quartermaster.billing.models import CatalogueItem, Contract, Order, OrderLine, Plan
from quartermaster.billing.permits import ORDER_RAISE
from quartermaster.billing.rules.orders import (
    MOST_LINES,
    MOST_QUANTITY,
    LineKind,
    rate_on,
    require_amount,
)
from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Department, Person


@dataclass(frozen=True)
class Ordered:
    """One line to order: what, for which item of a request, charged to whom."""

    request_item_id: UUID
    kind: LineKind
    department_id: UUID
    item_id: UUID | None = None
    plan_id: UUID | None = None
    quantity: int = 1
    account: str = ""
    holder_id: UUID | None = None
    for_device_id: UUID | None = None


def raise_order(
    *, contract_id: UUID, lines: Sequence[Ordered], note: str = "", actor: Actor, at: datetime
) -> Order:
    """Draft a purchase order out of authorised requests; prices are the catalogue's (G-12, S-3).

    Raises:
        NotAuthorised: no authorised request asks for a line, or it is ordered already.
        PersonalLine: a line is for a device that is a person's own (G-2).
        Conflict: the contract is not in force, or something is not sold under it.
    """
    with act(actor, at) as doing:
        require(actor, ORDER_RAISE)
        contract = one(Contract.objects.all(), contract_id, "contract")
        require_in_force(contract, today(at))
        if not 0 < len(lines) <= MOST_LINES:
            raise InvalidInput(f"An order has one line at least, and {MOST_LINES} at most.")
        order = Order.objects.create(
            number=_number(),
            contract=contract,
            note=bounded(note, 300, "note"),
            raised_at=at,
            raised_by_id=actor.person_id,
            raised_label=actor.label,
        )
        made = [_line(order, place, given, today(at)) for place, given in enumerate(lines, 1)]
        order.total_cents = require_amount(
            sum(line.unit_cents * line.quantity for line in made), "quantity"
        )
        order.monthly_cents = sum(line.monthly_cents * line.quantity for line in made)
        order.save(update_fields=["total_cents", "monthly_cents"])
        doing.record(
            "billing.order.raised",
            order,
            number=order.number,
            contract=contract.number,
            total=order.total_cents,
            monthly=order.monthly_cents,
            items=[str(line.request_item_id) for line in made],
        )
    return order


def _line(order: Order, place: int, given: Ordered, day: date) -> OrderLine:
    if said := why_not_ordered(given.request_item_id):
        raise NotAuthorised(said, item=str(given.request_item_id))
    if not 0 < given.quantity <= MOST_QUANTITY:
        raise InvalidInput(f"From one to {MOST_QUANTITY} pieces a line.", field="quantity")
    department = one(Department.objects.all(), given.department_id, "department")
    if not department.covered:
        raise Conflict(f"{department.name} is excluded: it buys under its own contracts (S-3).")
    item, plan = _what(order.contract, given)
    try:
        with transaction.atomic():
            return OrderLine.objects.create(
                order=order,
                place=place,
                request_item_id=given.request_item_id,
                kind=given.kind.value,
                item=item,
                plan=plan,
                quantity=given.quantity,
                unit_cents=item.price_cents if item else 0,
                monthly_cents=_rate(plan, day) if plan else 0,
                account=bounded(given.account, 40, "account") or order.contract.account,
                department=department,
                holder=one(Person.objects.all(), given.holder_id, "person")
                if given.holder_id
                else None,
                for_device=_target(given.for_device_id) if given.for_device_id else None,
            )
    except IntegrityError as problem:
        raise NotAuthorised(
            "This item of a request is ordered already.", item=str(given.request_item_id)
        ) from problem


def _what(contract: Contract, given: Ordered) -> tuple[CatalogueItem | None, Plan | None]:
    """The thing and the plan, of this contract, sold, and of the kind that was asked for."""
    item = (
        one(contract.items.select_related("model"), given.item_id, "item")
        if given.item_id
        else None
    )
    plan = one(contract.plans.all(), given.plan_id, "plan") if given.plan_id else None
    for found in (item, plan):
        if found is not None and not found.sold:
            raise Conflict(f"{found} is not ordered any longer.")
    if item is not None and item.kind != given.kind:
        raise InvalidInput(f"{item} is not a {given.kind.label.lower()}.", field="item")
    if given.kind is LineKind.LINE and plan is None:
        raise InvalidInput("A line is ordered with its plan.", field="plan")
    if given.kind is not LineKind.LINE and item is None:
        raise InvalidInput("Choose what is ordered.", field="item")
    if given.kind is LineKind.ACCESSORY and plan is not None:
        raise InvalidInput("An accessory has no plan.", field="plan")
    return item, plan


def _rate(plan: Plan, day: date) -> int:
    found = rate_on(dict(plan.rates.values_list("from_on", "monthly_cents")), day)
    if found is None:
        raise Conflict(f"The plan {plan} has no rate yet. Enter it first.", field="plan")
    return found


def _target(device_id: UUID) -> Device:
    device = one(Device.objects.all(), device_id, "device")
    if device.personal:
        raise PersonalLine("The City orders no line for a personal device (G-2).")
    if device.status == DeviceStatus.RETIRED:
        raise Conflict(f"{device} is retired; no line is ordered for it.")
    return device


def _number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('billing_order_number')")
        return f"PO-{cursor.fetchone()[0]:06}"
