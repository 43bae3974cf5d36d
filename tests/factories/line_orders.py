"""Lines, and orders about them, as the house itself makes them."""

from datetime import datetime
from typing import Any

from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.actions.line_orders import AccessDetails, Terms
from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.billing.rules.line_orders import LineOrderKind
from quartermaster.inventory.models import Line
from quartermaster.kernel.permits import system
from quartermaster.org.models import Person
from tests.factories import inventory as make

HOUSE = system("test")


def line(holder: Person, *, phone: bool = True, **more: Any) -> Line:
    """A line in use, with its SIM in the holder's phone, or loose."""
    made = make.LineFactory(holder=holder, department=holder.department, **more)
    where = make.DeviceFactory(holder=holder, department=holder.department) if phone else None
    make.SimFactory(line=made, device=where)
    return made


def asked(about: Line, at: datetime, kind: str = "suspend", **more: Any) -> LineOrder:
    given: dict[str, Any] = {"reason": "Nobody uses it", "actor": HOUSE, **more}
    terms = Terms(**given.pop("terms", {}))
    return verbs.ask_line_order(
        line_id=about.id, kind=LineOrderKind(kind), terms=terms, at=at, **given
    )


def confirmed(order: LineOrder, at: datetime, **more: Any) -> LineOrder:
    """The word of a carrier that answers to people."""
    given: dict[str, Any] = {"reference": "LW-1", "actor": HOUSE, **more}
    return verbs.confirm_line_order(order_id=order.id, at=at, **given)


def access(at: datetime, **more: Any) -> CarrierAccess:
    given: dict[str, Any] = {
        "carrier": make.CARRIER,
        "adapter": "manual",
        "contact": "rep@carrier.example",
        **more,
    }
    return verbs.set_access(details=AccessDetails(**given), actor=HOUSE, at=at)


def tick(at: datetime) -> int:
    return verbs.take_line_order_steps(actor=HOUSE, at=at)


def status(about: Line) -> str:
    about.refresh_from_db()
    return str(about.status)
