"""Contracts, catalogues and orders for tests, as the house itself makes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from quartermaster.billing import authorisations
from quartermaster.billing.actions import contracts, orders
from quartermaster.billing.actions.contracts import ContractDetails
from quartermaster.billing.actions.orders import Ordered
from quartermaster.billing.models import CatalogueItem, Contract, Order, Plan
from quartermaster.billing.rules.orders import LineKind
from quartermaster.inventory.models import DeviceModel
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import actor_for
from tests.factories.inventory import CARRIER, DeviceModelFactory

HOUSE = system("test")
START = date(2026, 1, 1)


def contract(at: datetime, **more: Any) -> Contract:
    """The contract with the carrier, which sells phones too."""
    given = {
        "number": "C-2026-1",
        "vendor": CARRIER,
        "starts_on": START,
        "carrier": True,
        "account": "287-1",
        "email": "orders@carrier.example",
    }
    details = ContractDetails(**{**given, **more})
    return contracts.add_contract(details=details, actor=HOUSE, at=at)


def plan(under: Contract, at: datetime, name: str = "Unlimited", cents: int = 3999) -> Plan:
    return contracts.add_plan(
        contract_id=under.id, name=name, monthly_cents=cents, actor=HOUSE, at=at
    )


def phone(
    under: Contract, at: datetime, cents: int = 49900, model: DeviceModel | None = None
) -> CatalogueItem:
    """A phone in the catalogue."""
    return contracts.add_item(
        contract_id=under.id,
        kind=LineKind.DEVICE,
        name="",
        price_cents=cents,
        model_id=(model or DeviceModelFactory()).id,
        actor=HOUSE,
        at=at,
    )


def kit(under: Contract, at: datetime, cents: int = 8900) -> CatalogueItem:
    """A hands-free kit in the catalogue."""
    return contracts.add_item(
        contract_id=under.id,
        kind=LineKind.ACCESSORY,
        name="Car kit",
        price_cents=cents,
        accessory_kind="hands_free",
        actor=HOUSE,
        at=at,
    )


@contextmanager
def everything_authorised() -> Iterator[None]:
    """As if authorised requests asked for whatever is ordered, and for nothing else."""

    def yes(_item: UUID) -> str:
        return ""

    before = list(authorisations._CHECKS)
    authorisations._CHECKS[:] = [yes]
    try:
        yield
    finally:
        authorisations._CHECKS[:] = before


def ordered(kind: LineKind, department: Department, **more: Any) -> Ordered:
    return Ordered(
        **{"request_item_id": new_id(), "kind": kind, "department_id": department.id, **more}
    )


def raised(under: Contract, at: datetime, *lines: Ordered, **more: Any) -> Order:
    return orders.raise_order(
        **{"contract_id": under.id, "lines": lines, "actor": HOUSE, "at": at, **more}
    )


def sent(order: Order, approver: Person, at: datetime) -> Order:
    """Approved by a person, and sent."""
    orders.approve_order(order_id=order.id, actor=actor_for(approver, at), at=at)
    return orders.send_order(order_id=order.id, actor=HOUSE, at=at)
