"""Reads of records: who sees which, full text, what still lies on devices."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import make_aware

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, Reach, reach
from quartermaster.org.models import Standing
from quartermaster.records.holds import live_keepers
from quartermaster.records.models import Announcement, Record, RecordItem
from quartermaster.records.permits import ANNOUNCEMENT_VIEW, RECORD_VIEW
from quartermaster.records.rules.capture import (
    AnnouncedState,
    Lying,
    Part,
    Residue,
    digest_of,
)
from quartermaster.records.search.lexing import Ready, compiled

MOST_BEFORE = 12
_LAST = 60


def _by(extent: Reach, field: str) -> Q:
    return Q() if extent.everything else Q(**{f"{field}__in": extent.people})


def records_visible_to(actor: Actor) -> QuerySet[Record]:
    """The records that the actor may see: their own, and for the custodian all (G-5)."""
    rows = Record.objects.select_related("author__department", "device", "announcement")
    return rows.filter(_by(reach(actor, RECORD_VIEW), "author"))


def items_visible_to(actor: Actor) -> QuerySet[RecordItem]:
    """The files of records that the actor may see."""
    rows = RecordItem.objects.select_related("record__author", "file").exclude(record=None)
    return rows.filter(_by(reach(actor, RECORD_VIEW), "record__author"))


def people_before(actor: Actor) -> list[str]:
    """With whom the actor's own last records were, the latest first, each once."""
    rows = records_visible_to(actor).filter(author_id=actor.person_id)
    names = rows.order_by("-saved_at").values_list("with_whom", flat=True)
    return list(dict.fromkeys(names[:_LAST]))[:MOST_BEFORE]


def matching(rows: QuerySet[Record], words: str) -> QuerySet[Record]:
    """The rows in which the words occur, as the language of searches has them; without filters."""
    query = compiled(words).query
    return rows.filter(found_by__searched=Ready(query)) if query else rows


def announcements_visible_to(actor: Actor) -> QuerySet[Announcement]:
    """What is announced and may still lie on devices, as far as the actor may know (C-2)."""
    rows = Announcement.objects.select_related("person__department", "device", "record")
    return rows.filter(_by(reach(actor, ANNOUNCEMENT_VIEW), "person"))


def facts_of(record: Record) -> dict[str, str]:
    """What was said of a record when it was saved, as its digest has it."""
    return {
        "author": str(record.author_id),
        "about": record.about,
        "with": record.with_whom,
        "on": record.happened_on.isoformat(),
        "source": record.source,
        "account": record.account,
        "note": record.note,
        "device": str(record.device_id or ""),
        "saved": record.saved_at.astimezone(UTC).isoformat(),
    }


def digest_now(record: Record, items: Sequence[RecordItem]) -> str:
    """The digest of a record as it is written now."""
    parts = [Part(item.digest, item.size, item.media_type, item.name) for item in items]
    return digest_of(record.number, facts_of(record), parts)


def pending() -> QuerySet[Announcement]:
    return Announcement.objects.filter(state=AnnouncedState.PENDING)


def pending_of(person_id: UUID, device_id: UUID | None = None) -> QuerySet[Announcement]:
    """What a person announced and has not saved; with a device, what is on that one (C-2)."""
    rows = pending().filter(person_id=person_id)
    return rows.filter(device_id=device_id) if device_id is not None else rows


def left_behind() -> QuerySet[Record]:
    """The records that are here and still on a device, to be deleted there."""
    return Record.objects.filter(residue=Residue.STAYS)


def under_hold(person_id: UUID) -> bool:
    """Whether a person must keep what they have, so that nobody asks them to delete it."""
    return live_keepers().filter(person_id=person_id).exists()


def announcement_for_update(key: UUID) -> Announcement:
    """One announcement, locked until the transaction ends."""
    rows = Announcement.objects.select_for_update(of=("self",)).select_related("person", "device")
    found = rows.filter(id=key).first()
    if found is None:
        raise NotFound("There is no such announcement.")
    return found


def lying_on_devices(
    person_ids: Collection[UUID], allowed: timedelta
) -> Mapping[tuple[UUID, UUID | None], Lying]:
    """What still lies on devices, for each holder and device (None: on one that is not named).

    What is under a hold is left out: who must keep it is not asked to delete it (C-2).
    """
    found: dict[tuple[UUID, UUID | None], list[tuple[datetime, datetime]]] = {}
    for person, device, at in (
        pending()
        .filter(person__in=person_ids)
        .values_list("person_id", "device_id", "announced_at")
    ):
        found.setdefault((person, device), []).append((at, at + allowed))
    held = live_keepers().values("person_id")
    rows = left_behind().filter(author__in=person_ids).exclude(author__in=held)
    for person, device, at, day in rows.values_list(
        "author_id", "device_id", "saved_at", "residue_by"
    ):
        assert day is not None  # a constraint backs it
        over = make_aware(datetime.combine(day + timedelta(days=1), time.min))
        found.setdefault((person, device), []).append((at, over))
    return {
        key: Lying(len(all_of), min(at for at, _ in all_of), min(due for _, due in all_of))
        for key, all_of in found.items()
    }


def oldest_pending(actor: Actor, at: datetime) -> QuerySet[Announcement]:
    """Announced by people at work, the oldest first, as far as the actor may know."""
    rows = announcements_visible_to(actor).filter(state=AnnouncedState.PENDING)
    return rows.filter(person__standing=Standing.ACTIVE, announced_at__lte=at)


def with_counts(rows: QuerySet[Record]) -> QuerySet[Record]:
    return rows.annotate(items_count=Count("items"))
