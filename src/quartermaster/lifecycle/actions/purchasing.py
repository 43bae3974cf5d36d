"""Ordering what authorised requests ask for and stock does not have (G-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.billing.actions import orders
from quartermaster.billing.actions.orders import Ordered
from quartermaster.billing.models import Order
from quartermaster.billing.permits import ORDER_RAISE
from quartermaster.billing.rules.orders import LineKind
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.requests import reserve
from quartermaster.lifecycle.models import RequestItem, Reservation
from quartermaster.lifecycle.queries.coverage import require_at_work, require_served
from quartermaster.lifecycle.queries.requests import authorised_items_to_order
from quartermaster.lifecycle.rules.requests import ITEM, ItemKind, ItemState, RequestState
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for

_KINDS = {
    ItemKind.DEVICE: LineKind.DEVICE,
    ItemKind.LINE: LineKind.LINE,
    ItemKind.ACCESSORY: LineKind.ACCESSORY,
}


@dataclass(frozen=True)
class Choice:
    """What is ordered for one item of a request."""

    request_item_id: UUID
    item_id: UUID | None = None
    plan_id: UUID | None = None
    account: str = ""


def items_to_order() -> QuerySet[RequestItem]:
    """What was authorised and stock does not have, the oldest authorisation first."""
    return authorised_items_to_order()


def order_items(
    *,
    contract_id: UUID,
    choices: Sequence[Choice],
    note: str = "",
    actor: Actor,
    at: datetime,
) -> Order:
    """Raise one order for items of authorised requests, charged to their departments (G-12).

    Raises:
        NotAuthorised: an item is not authorised, or ordered already.
        InvalidInput: nothing was chosen, or a thing does not fit what was asked for.
    """
    with act(actor, at) as doing:
        require(actor, ORDER_RAISE)
        if not choices:
            raise InvalidInput("Choose one thing at least.")
        items = [_locked(choice.request_item_id) for choice in _in_order(choices)]
        lines = [
            _line(item, choice) for item, choice in zip(items, _in_order(choices), strict=True)
        ]
        made = orders.raise_order(
            contract_id=contract_id, lines=lines, note=note, actor=actor, at=at
        )
        for item in items:
            step_item(item, "place the order")
            doing.record(
                "lifecycle.item.ordered",
                item,
                request=str(item.request_id),
                order=made.number,
            )
    return made


def why_not_ordered(request_item_id: UUID) -> str:
    """Why an item may not be ordered, as a sentence; empty where its request is authorised."""
    rows = RequestItem.objects.select_related("request__person__department")
    item = rows.filter(id=request_item_id).first()
    if item is None:
        return "No authorised request asks for this."
    if item.request.state != RequestState.AUTHORISED:
        return f"The request for {item} is not authorised, or no longer."
    try:
        require_at_work(item.request.person)
        require_served(item.request.person.department)
    except HouseError as problem:
        return problem.message
    if item.state not in {ItemState.TO_ORDER, ItemState.ORDERED}:
        return f"{item} is not to be ordered: {item.get_state_display().lower()}."
    return ""


def free_items(
    *, item_ids: Sequence[UUID], order: str, actor: Actor, at: datetime
) -> list[RequestItem]:
    """An order came to nothing: what it was for is to be ordered again (G-12)."""
    with act(actor, at) as doing:
        require(actor, ORDER_RAISE)
        freed = []
        for key in sorted(item_ids):
            item = RequestItem.objects.select_for_update().filter(id=key).first()
            if item is None or item.state != ItemState.ORDERED:
                continue  # it was dropped, or fulfilled out of stock, meanwhile
            step_item(item, "cancel the order")
            doing.record(
                "lifecycle.item.order-cancelled", item, request=str(item.request_id), order=order
            )
            freed.append(item)
    return freed


def keep_for_item(
    *, item_id: UUID, thing_id: UUID, received_by: UUID | None, at: datetime
) -> Reservation | None:
    """Keep a piece that came for whom it was ordered; None where it stays in stock for all (G-12).

    Whoever received it stands for it; a request that is over, or has its thing, needs it no more.
    """
    person = Person.objects.filter(id=received_by).first() if received_by else None
    item = RequestItem.objects.filter(id=item_id, state=ItemState.ORDERED).first()
    if person is None or item is None:
        return None
    try:
        return reserve(item_id=item_id, thing_id=thing_id, actor=actor_for(person, at), at=at)
    except HouseError:
        return None  # it cannot do what is needed, or the request ended: it is stock like any other


def step_item(item: RequestItem, verb: str) -> None:
    """Take one step of an item's way, from exactly the state that was read."""
    was = ItemState(item.state)
    target = ITEM.target(verb, was)
    if RequestItem.objects.filter(id=item.id, state=was).update(state=target) != 1:
        raise Conflict("The request changed at the same time; try again.")
    item.state = target


def _in_order(choices: Sequence[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: str(choice.request_item_id))


def _locked(item_id: UUID) -> RequestItem:
    rows = RequestItem.objects.select_for_update(of=("self",)).select_related(
        "request__person", "request__department"
    )
    item = rows.filter(id=item_id).first()
    if item is None:
        raise NotFound("There is no such item of a request.")
    return item


def _line(item: RequestItem, choice: Choice) -> Ordered:
    return Ordered(
        request_item_id=item.id,
        kind=_KINDS[ItemKind(item.kind)],
        department_id=item.request.department_id,
        item_id=choice.item_id,
        plan_id=choice.plan_id,
        account=choice.account,
        holder_id=item.request.person_id,
    )
