"""What the verbs of the room share."""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet

from quartermaster.billing.models import Contract, Order, OrderLine
from quartermaster.billing.rules.orders import ORDER, OVER_STATES, OrderState
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import system
from quartermaster.policy.rules.versions import city_date

M = TypeVar("M", bound=Model)

HOUSE = system("purchasing")


def today(at: datetime) -> date:
    return city_date(at, settings.TIME_ZONE)


def one(rows: QuerySet[M], key: UUID, what: str) -> M:
    """The row of a key, or `NotFound`."""
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound(f"There is no such {what}.")
    return found


def the_order(order_id: UUID) -> Order:
    """The order to change, locked; verbs on it come one after another."""
    rows = Order.objects.select_for_update(of=("self",)).select_related("contract", "raised_by")
    return one(rows, order_id, "order")


def lines_of(order: Order) -> QuerySet[OrderLine]:
    return order.lines.select_related("item__model", "plan", "department", "holder", "for_device")


def move(order: Order, verb: str, doing: Act, **changes: Any) -> None:
    """Take one step from exactly the state that was read."""
    step = ORDER.transitions[verb]
    rows = Order.objects.filter(id=order.id, state__in=sorted(step.sources))
    if step.target in OVER_STATES:
        changes["closed_at"] = doing.at
    if rows.update(state=step.target.value, **changes) != 1:
        order.refresh_from_db()
        ORDER.target(verb, OrderState(order.state))
        raise Conflict("This order changed in the meantime. Look at it again.")
    order.refresh_from_db()


def require_in_force(contract: Contract, day: date) -> None:
    """Raise `Conflict` where a contract does not run on a day."""
    if day < contract.starts_on or (contract.ends_on is not None and day > contract.ends_on):
        raise Conflict(f"The contract {contract} is not in force.", field="contract")


def bounded(text: str, longest: int, field: str) -> str:
    """One line of text that fits, or `InvalidInput`."""
    plain = " ".join(text.split())
    if len(plain) > longest:
        raise InvalidInput(f"At most {longest} characters.", field=field)
    return plain
