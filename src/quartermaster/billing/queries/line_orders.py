"""Reads of orders to carriers, and of how these are reached."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from quartermaster.billing.line_order_permits import CARRIER_VIEW, LINE_ORDER_ASK, LINE_ORDER_VIEW
from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.billing.rules.line_orders import WITH_CARRIER
from quartermaster.inventory.carriers import BY_HAND
from quartermaster.inventory.models import LIVE
from quartermaster.inventory.rules.custody import Cause
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach

_WITH = sorted(state.value for state in WITH_CARRIER)


def line_orders_visible_to(actor: Actor) -> QuerySet[LineOrder]:
    """The orders about the lines of whom the actor reaches."""
    extent = reach(actor, LINE_ORDER_VIEW)
    rows = LineOrder.objects.select_related(
        "line__department", "line__holder", "access", "sim", "plan", "asked_by_person"
    )
    if extent.everything:
        return rows
    return rows.filter(line__department_id__in=extent.departments)


def line_order_seen_by(actor: Actor, order_id: UUID) -> LineOrder:
    """One order, or `NotFound` where the actor may not know of it."""
    found = line_orders_visible_to(actor).filter(id=order_id).first()
    if found is None:
        raise NotFound("There is no such order, or you may not see it.")
    return found


def line_orders_for(cause: Cause) -> QuerySet[LineOrder]:
    """What was asked of carriers because of something; who may see it is the caller's to know."""
    also = Q(also__contains=[{"kind": cause.kind, "id": str(cause.id)}])
    rows = LineOrder.objects.select_related("line", "access", "recalls")
    return rows.filter(Q(cause_kind=cause.kind, cause_id=cause.id) | also).order_by("asked_at")


def words_awaited_by(actor: Actor) -> QuerySet[LineOrder]:
    """The orders whose word a person has to get from the carrier, where the actor may enter it."""
    if not reach(actor, LINE_ORDER_ASK).everything:
        return LineOrder.objects.none()
    return (
        LineOrder.objects.select_related("line")
        .filter(state__in=_WITH, adapter=BY_HAND)
        .order_by("answer_by", "id")
    )


def refusals_to_settle(actor: Actor) -> QuerySet[LineOrder]:
    """Refused orders of lines that live, after which nothing of the kind was asked again."""
    if not reach(actor, LINE_ORDER_ASK).everything:
        return LineOrder.objects.none()
    later = LineOrder.objects.filter(
        line_id=OuterRef("line_id"), kind=OuterRef("kind"), asked_at__gt=OuterRef("asked_at")
    )
    rows = LineOrder.objects.select_related("line").filter(
        ~Exists(later), state="refused", line__status__in=LIVE
    )
    return rows.order_by("settled_at", "id")


def accesses_visible_to(actor: Actor) -> QuerySet[CarrierAccess]:
    """How carriers are reached; secrets are not among what is read."""
    rows = CarrierAccess.objects.defer("secrets", "callback_key")
    return rows if reach(actor, CARRIER_VIEW).everything else rows.none()
