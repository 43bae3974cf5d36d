"""Telling who wants to know that something new matches a search that they keep.

The search is run as its owner is now: what they may no longer see they are not told of. The mail
says how many, and quotes nothing.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify.actions import send
from quartermaster.org.models import Standing
from quartermaster.org.queries import actor_for
from quartermaster.records.actions.searches.keeping import EVERY
from quartermaster.records.models import SavedSearch, SearchEntry, ToldOf
from quartermaster.records.search.choices import looked_of
from quartermaster.records.search.looking import hits
from quartermaster.records.search_permits import SEARCH_TELL

MOST_AT_ONCE = 1000
# what was gathered in a transaction that was not committed at the last look
OVERLAP = timedelta(minutes=15)


def tell_of_new(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Look for what is new in each search that is due; how many were looked at (G-5)."""
    require(actor, SEARCH_TELL)
    taken = 0
    while taken < limit and _next(actor, at):
        taken += 1
    return taken


def _next(actor: Actor, at: datetime) -> bool:
    with transaction.atomic():
        search = (
            SavedSearch.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("owner")
            .filter(due_at__lte=at)
            .order_by("due_at", "id")
            .first()
        )
        if search is None:
            return False
        with act(actor, at) as doing:
            _look(search, doing)
    return True


def _look(search: SavedSearch, doing: Act) -> None:
    if search.owner.standing != Standing.ACTIVE:
        search.alert, search.due_at = False, None
        search.save(update_fields=["alert", "due_at"])
        return
    fresh = _fresh(search, doing)
    ToldOf.objects.bulk_create(ToldOf(search=search, record_id=row.record_id) for row in fresh)
    search.due_at, search.looked_at = doing.at + EVERY, doing.at
    search.save(update_fields=["due_at", "looked_at"])
    if fresh:
        doing.record("records.search.told", search, count=len(fresh))
        _tell(search, len(fresh), doing)


def _fresh(search: SavedSearch, doing: Act) -> list[SearchEntry]:
    """What matches and was gathered since, and was not told of."""
    owner = actor_for(search.owner, doing.at)
    try:
        found = hits(owner, looked_of(search.words, search.chosen, search.order)).rows
    except InvalidInput:  # a filter that its owner may not use any longer
        return []
    since = max(search.made_at, search.looked_at - OVERLAP)
    rows = found.filter(indexed_at__gt=since, indexed_at__lte=doing.at)
    told = ToldOf.objects.filter(search=search).values("record_id")
    return list(rows.exclude(record__in=told).only("record_id")[:MOST_AT_ONCE])


def _tell(search: SavedSearch, count: int, doing: Act) -> None:
    send(
        template="records/searches/new",
        to=search.owner.email,
        name=search.owner.name,
        context={
            "count": count,
            "link": f"{settings.WEB_URL}/records/searches/{search.id}/",
        },
        key=f"records.search/{search.id}/{doing.at:%Y%m%dT%H%M%S}",
        actor=doing.actor,
        at=doing.at,
        about=search,
    )
