"""Keeping a thing in stock for an item: one live reservation a thing, by the database."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Model

from quartermaster.inventory.queries import device_for_update
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.errors import AlreadyReserved
from quartermaster.lifecycle.models import RequestItem, Reservation
from quartermaster.lifecycle.queries.requests import free_for
from quartermaster.lifecycle.request_permits import REQUEST_SUPPLY
from quartermaster.lifecycle.rules.requests import ITEM, ItemKind, ItemState, RequestState

_FIELD = {"device": "device_id", "line": "line_id", "accessory": "accessory_id"}


def reserve(*, item_id: UUID, thing_id: UUID, actor: Actor, at: datetime) -> Reservation:
    """Keep a thing in stock for an authorised item, such as when what was ordered came (G-12)."""
    with act(actor, at) as doing:
        require(actor, REQUEST_SUPPLY)
        item = item_for_update(item_id)
        require_authorised(item)
        end_reservation(item, doing)
        return keep(item, thing_id, doing)


def release(*, item_id: UUID, actor: Actor, at: datetime) -> RequestItem:
    """Let go of what is kept for an item; it is to be ordered then (G-12)."""
    with act(actor, at) as doing:
        require(actor, REQUEST_SUPPLY)
        item = item_for_update(item_id)
        require_authorised(item)
        step(item, "have ordered")
        end_reservation(item, doing)
        doing.record("lifecycle.item.released", item, request=str(item.request_id))
    return item


def keep(item: RequestItem, thing_id: UUID, doing: Act) -> Reservation:
    """Reserve, or say that somebody else was faster. The caller asked the permit."""
    if item.kind == ItemKind.DEVICE:
        device_for_update(thing_id)  # whoever hands it out at this moment is waited for
    thing: Model | None = free_for(item).filter(pk=thing_id).first()
    if thing is None:
        raise AlreadyReserved(
            "That is not in stock for this any longer: it is kept for somebody else, was handed"
            " out, or cannot do what is needed. Choose another.",
            field=f"item_{item.place}",
        )
    if doing.actor.person_id is None:
        raise Refused("A person reserves stock, and is named; the house does not.")
    step(item, "reserve")
    try:
        with transaction.atomic():
            made = Reservation.objects.create(
                item=item,
                reserved_at=doing.at,
                reserved_by_id=doing.actor.person_id,
                **{_FIELD[item.kind]: thing_id},
            )
    except IntegrityError as problem:
        raise AlreadyReserved(
            f"{thing} was reserved for somebody else at the same moment. Choose another.",
            field=f"item_{item.place}",
        ) from problem
    doing.record("lifecycle.item.reserved", item, request=str(item.request_id), thing=str(thing_id))
    return made


def end_reservation(item: RequestItem, doing: Act) -> None:
    Reservation.objects.filter(item=item, ended_at=None).update(ended_at=doing.at)


def step(item: RequestItem, verb: str, **more: object) -> None:
    """Take one step of an item's way, from exactly the state that was read."""
    was = ItemState(item.state)
    fields = {"state": ITEM.target(verb, was), **more}
    if RequestItem.objects.filter(id=item.id, state=was).update(**fields) != 1:
        raise Conflict("The request changed at the same time; try again.")
    for name, value in fields.items():
        setattr(item, name, value)


def item_for_update(item_id: UUID) -> RequestItem:
    """One item, locked with its request until the transaction ends."""
    rows = RequestItem.objects.select_for_update(of=("self", "request"))
    item = rows.select_related("request__person").filter(id=item_id).first()
    if item is None:
        raise NotFound("There is no such item.")
    return item


def require_authorised(item: RequestItem) -> None:
    if item.request.state != RequestState.AUTHORISED:
        state = item.request.get_state_display().lower()
        raise Conflict(f"Only an authorised request is supplied; this one is: {state}.")
