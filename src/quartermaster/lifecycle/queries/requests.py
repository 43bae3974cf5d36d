"""Reads of requests: who sees which, what is in stock for them, what is to be ordered."""

from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from quartermaster.inventory.models import Accessory, Device, Line
from quartermaster.inventory.stock import accessories_in_stock, devices_in_stock, lines_in_stock
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, Permit, reach
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.models import (
    HandoverItem,
    PoolHotspot,
    Replacement,
    ReplacementState,
    Request,
    RequestItem,
    Reservation,
)
from quartermaster.lifecycle.queries.delegations import actors_of
from quartermaster.lifecycle.request_permits import (
    REQUEST_AUTHORISE,
    REQUEST_RECOMMEND,
    REQUEST_VIEW,
)
from quartermaster.lifecycle.rules.requests import LIVE_REQUESTS, ItemKind, ItemState

RELATED = ("person__department", "asker", "department", "recommended_by", "authorised_by")


def reached(actor: Actor, asked: Permit) -> Q:
    """The rows of people and departments that a permit reaches."""
    extent = reach(actor, asked)
    if extent.everything:
        return Q()
    return Q(person_id__in=extent.people) | Q(department_id__in=extent.departments)


def requests_visible_to(actor: Actor, at: datetime) -> QuerySet[Request]:
    """The requests that the actor may see, those of whom they stand in for included (G-7)."""
    items = RequestItem.objects.order_by("place")
    rows = Request.objects.select_related(*RELATED)
    return rows.prefetch_related(Prefetch("items", items)).filter(_seen(actor, at))


def _seen(actor: Actor, at: datetime) -> Q:
    ways = [reached(actor, REQUEST_VIEW)]
    if actor.person_id is not None:
        ways.append(Q(asker_id=actor.person_id))
    for other in actors_of(actor, at)[1:]:
        ways += [reached(other, permit) for permit in (REQUEST_RECOMMEND, REQUEST_AUTHORISE)]
    if not all(ways):  # an empty condition is the whole city
        return Q()
    return reduce(or_, ways)


def request_seen_by(actor: Actor, key: UUID, at: datetime) -> Request:
    """One request, or `NotFound` where the actor may not know of it."""
    found = requests_visible_to(actor, at).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such request, or you may not see it.")
    return found


def request_for_update(key: UUID) -> Request:
    """One request, locked until the transaction ends."""
    rows = Request.objects.select_for_update(of=("self",))
    found = rows.select_related("person__department", "department", "asker").filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such request.")
    return found


def live(rows: QuerySet[Request]) -> QuerySet[Request]:
    """Those that are not over."""
    return rows.filter(state__in=values(LIVE_REQUESTS))


def devices_free_for(item: RequestItem) -> QuerySet[Device]:
    """The devices in stock that can do what the item asks for, and that nothing keeps."""
    department_id = item.request.department_id
    rows = devices_in_stock(item.device_class, item.capabilities, department_id)
    kept = Reservation.objects.filter(device=OuterRef("id"), ended_at=None)
    pooled = PoolHotspot.objects.filter(device=OuterRef("id"), removed_at=None)
    chosen = Replacement.objects.filter(
        device=OuterRef("id"), state=ReplacementState.CHOSEN
    ).exclude(loss__held_by=item.request.person_id)
    ready = HandoverItem.objects.filter(device=OuterRef("id"), live=True).exclude(
        handover__holder=item.request.person_id
    )
    for taken in (kept, pooled, chosen, ready):
        rows = rows.exclude(Exists(taken))
    return rows


def accessories_free_for(item: RequestItem) -> QuerySet[Accessory]:
    rows = accessories_in_stock(item.accessory_kind, item.request.department_id)
    kept = Reservation.objects.filter(accessory=OuterRef("id"), ended_at=None)
    return rows.exclude(Exists(kept))


def lines_free_for(item: RequestItem) -> QuerySet[Line]:
    rows = lines_in_stock(item.request.department_id)
    kept = Reservation.objects.filter(line=OuterRef("id"), ended_at=None)
    return rows.exclude(Exists(kept))


def free_for(item: RequestItem) -> "QuerySet[Device] | QuerySet[Accessory] | QuerySet[Line]":
    """What is in stock for an item, of whatever kind it is."""
    if item.kind == ItemKind.DEVICE:
        return devices_free_for(item)
    if item.kind == ItemKind.ACCESSORY:
        return accessories_free_for(item)
    return lines_free_for(item)


def reservation_of(item: RequestItem) -> Reservation | None:
    """What is kept for an item now."""
    rows = Reservation.objects.select_related("device__model", "accessory", "line")
    return rows.filter(item=item, ended_at=None).first()


def reserved_for(device: Device) -> Reservation | None:
    """For whom a device in stock is kept; None where nobody has to be asked."""
    rows = Reservation.objects.select_related("item__request__person")
    return rows.filter(device=device, ended_at=None).first()


def authorised_items_to_order() -> QuerySet[RequestItem]:
    """What ITMD authorised and stock does not have: the only things that are ordered (G-12)."""
    return (
        RequestItem.objects.filter(state=ItemState.TO_ORDER, request__state="authorised")
        .select_related("request__person", "request__department")
        .order_by("request__authorised_at", "request_id", "place")
    )


def items_to_hand_out() -> QuerySet[RequestItem]:
    """What is reserved for somebody and can be handed out (S-2)."""
    return (
        RequestItem.objects.filter(state=ItemState.RESERVED, request__state="authorised")
        .select_related("request__person", "request__department")
        .order_by("request__wanted_from", "request_id", "place")
    )
