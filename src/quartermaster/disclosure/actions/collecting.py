"""Picking records into a request, and closing the search."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from quartermaster.disclosure.actions.moving import item_for_update, move, working
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.models import RecordsRequest, RequestItem
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.queries.finding import Looked, keys_found
from quartermaster.disclosure.rules.requests import RequestState
from quartermaster.disclosure.rules.review import Decision
from quartermaster.disclosure.rules.searches import unanswered
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.capture import items_visible_to
from quartermaster.records.locks import begin_holding

MOST_AT_ONCE = 500


def add_records(
    *, request_id: UUID, record_ids: Collection[UUID], actor: Actor, at: datetime
) -> list[RequestItem]:
    """Pick records into a request: each of their files, in reading order; which are new (G-5)."""
    require(actor, REQUEST_WORK)
    if not 0 < len(record_ids) <= MOST_AT_ONCE:
        raise InvalidInput(f"Choose 1 to {MOST_AT_ONCE} records.", field="records")
    with act(actor, at) as doing:
        begin_holding()
        request = working(request_id)
        if request.state != RequestState.COLLECTING:
            raise Conflict("The search is closed. Search again first.")
        found = items_visible_to(actor).filter(record__in=record_ids)
        there = set(request.items.values_list("item_id", flat=True))
        last = request.items.aggregate(last=Max("position"))["last"] or 0
        order = ("record__happened_on", "record__number", "position")
        fresh = [item for item in found.order_by(*order) if item.id not in there]
        rows = RequestItem.objects.bulk_create(
            RequestItem(
                request=request,
                item=item,
                position=last + place,
                added_at=at,
                added_by_id=actor.person_id,
            )
            for place, item in enumerate(fresh, start=1)
        )
        if rows:
            doing.record(
                "disclosure.request.collected", request, items=[str(row.item_id) for row in rows]
            )
    return rows


def add_found(*, request_id: UUID, looked: Looked, actor: Actor, at: datetime) -> list[RequestItem]:
    """Pick all records that fit into a request, as far as they are not too many at once (G-5).

    Raises:
        InvalidInput: none fits, or more than can be picked at once.
    """
    require(actor, REQUEST_WORK)
    keys = keys_found(actor, looked, MOST_AT_ONCE)
    if len(keys) > MOST_AT_ONCE:
        raise InvalidInput(
            f"More than {MOST_AT_ONCE} records fit. Narrow the search, and add them in parts.",
            field="records",
        )
    return add_records(request_id=request_id, record_ids=keys, actor=actor, at=at)


def drop_item(*, item_id: UUID, actor: Actor, at: datetime) -> RecordsRequest:
    """Take a file out of a request again, as long as nothing is decided of it (G-5)."""
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        row = item_for_update(item_id)
        if row.decision != Decision.PENDING:
            raise Conflict("Something is decided of it. Take that back first.")
        request = row.request
        doing.record("disclosure.request.dropped", request, item=str(row.item_id))
        row.delete()
    return request


def close_search(*, request_id: UUID, actor: Actor, at: datetime) -> RecordsRequest:
    """Say that the search is complete; what was found is reviewed (G-5)."""
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        request = working(request_id)
        waiting = request.searches.filter(state="asked").count()
        if waiting:
            raise NotReady(f"{unanswered(waiting)} Wait for them, or pass them over with a reason.")
        move(request, "close the search")
        doing.record("disclosure.request.searched", request, items=request.items.count())
    return request


def search_again(*, request_id: UUID, actor: Actor, at: datetime) -> RecordsRequest:
    """Go back to searching; decisions stay (G-5)."""
    require(actor, REQUEST_WORK)
    with act(actor, at) as doing:
        begin_holding()
        request = working(request_id)
        move(request, "search again")
        doing.record("disclosure.request.searched-again", request)
    return request
