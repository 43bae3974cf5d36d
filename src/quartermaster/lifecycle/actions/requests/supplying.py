"""From authorised to handed out."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.actions.requests.moving import move
from quartermaster.lifecycle.actions.requests.reserving import (
    end_reservation,
    item_for_update,
    require_authorised,
    step,
)
from quartermaster.lifecycle.actions.requests.telling import tell_people
from quartermaster.lifecycle.models import RequestItem
from quartermaster.lifecycle.queries.requests import reservation_of
from quartermaster.lifecycle.request_permits import REQUEST_SUPPLY
from quartermaster.lifecycle.rules.requests import OPEN_ITEMS, ItemKind

_FIELDS = {ItemKind.DEVICE: "device_id", ItemKind.LINE: "line_id"}


def hand_out_item(*, item_id: UUID, thing_id: UUID, actor: Actor, at: datetime) -> RequestItem:
    """Note that an item was handed out; the last one fulfils its request (G-7).

    The thing itself is moved by whoever hands it out, in the same transaction.
    """
    with act(actor, at) as doing:
        require(actor, REQUEST_SUPPLY)
        item = item_for_update(item_id)
        require_authorised(item)
        kept = reservation_of(item)
        if kept is not None and thing_id not in {kept.device_id, kept.line_id, kept.accessory_id}:
            raise Conflict(f"{kept.device or kept.line or kept.accessory} is kept for this item.")
        field = _FIELDS.get(ItemKind(item.kind), "accessory_id")
        step(item, "hand out", **{field: thing_id, "handed_out_at": at})
        end_reservation(item, doing)
        doing.record(
            "lifecycle.item.handed-out", item, request=str(item.request_id), thing=str(thing_id)
        )
        _fulfil_where_done(item, doing)
    return item


def _fulfil_where_done(item: RequestItem, doing: Act) -> None:
    request = item.request
    if request.items.filter(state__in=values(OPEN_ITEMS)).exists():
        return
    move(request, "fulfil", doing)
    doing.record("lifecycle.request.fulfilled", request)
    tell_people(request, doing)
