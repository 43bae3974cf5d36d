"""Keeping a search under a name, changing who sees it and whether it tells, forgetting it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.kernel.words import said
from quartermaster.records.models import SavedSearch
from quartermaster.records.models.searches import LONGEST_NAME
from quartermaster.records.permits import RECORD_VIEW
from quartermaster.records.search.choices import KEYS, looked_of
from quartermaster.records.search.looking import hits
from quartermaster.records.search_permits import SEARCH_KEEP

MOST = 100
EVERY = timedelta(hours=1)


def save_search(
    *,
    name: str,
    words: str,
    chosen: Mapping[str, str],
    order: str = "best",
    shared: bool = False,
    alert: bool = False,
    actor: Actor,
    at: datetime,
) -> SavedSearch:
    """Keep a search under a name; it is run anew as whoever opens it (G-5).

    Raises:
        InvalidInput: it has no name, narrows nothing, or a filter makes no sense.
        Conflict: there is one of this name, or too many.
    """
    require(actor, SEARCH_KEEP, person_id=actor.person_id)
    assert actor.person_id is not None  # the permit reaches people alone
    called = said(name, "Give it a name", LONGEST_NAME, "name")
    given = {key: chosen[key] for key in KEYS if chosen.get(key)}
    looked = looked_of(words, given, order)
    hits(actor, looked)  # a filter that makes no sense is said now, not to the clock
    if not looked.words and not given:
        raise InvalidInput("Search for something first.", field="name")
    _may_share(actor, shared=shared)
    own = SavedSearch.objects.filter(owner=actor.person_id)
    with act(actor, at) as doing:
        if own.count() >= MOST:
            raise Conflict(f"At most {MOST} searches are kept. Forget one first.", field="name")
        row, made = own.get_or_create(
            name=called,
            defaults={
                "owner_id": actor.person_id,
                "words": looked.words,
                "chosen": given,
                "order": looked.order,
                "shared": shared,
                "alert": alert,
                "made_at": at,
                "looked_at": at,
                "due_at": at + EVERY if alert else None,
            },
        )
        if not made:
            raise Conflict("You keep a search of this name already.", field="name")
        # what is looked for may be confidential: the ledger says that there is one
        doing.record("records.search.kept", row, shared=shared, alert=alert)
    return row


def change_search(
    *, search_id: UUID, shared: bool, alert: bool, actor: Actor, at: datetime
) -> SavedSearch:
    """Change whether others see a search, and whether one is told of what is new (G-5)."""
    with act(actor, at) as doing:
        row = _own(search_id, actor)
        _may_share(actor, shared=shared)
        if alert and not row.alert:
            row.looked_at = at
        row.shared, row.alert, row.due_at = shared, alert, at + EVERY if alert else None
        row.save(update_fields=["shared", "alert", "due_at", "looked_at"])
        doing.record("records.search.changed", row, shared=shared, alert=alert)
    return row


def forget_search(*, search_id: UUID, actor: Actor, at: datetime) -> None:
    """Forget a search that one keeps (G-5)."""
    with act(actor, at) as doing:
        row = _own(search_id, actor)
        doing.record("records.search.forgotten", row)
        row.delete()


def _may_share(actor: Actor, *, shared: bool) -> None:
    if shared and not reach(actor, RECORD_VIEW).everything:
        raise Refused("Records custodians share searches with one another.")


def _own(search_id: UUID, actor: Actor) -> SavedSearch:
    row = SavedSearch.objects.select_for_update().filter(id=search_id).first()
    if row is None:
        raise NotFound("There is no such search.")
    require(actor, SEARCH_KEEP, person_id=row.owner_id)
    return row
