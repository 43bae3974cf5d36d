"""Reads of exports that wait: each is for its owner alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import get_default_timezone

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.records import sealing
from quartermaster.records.models import SavedMessage, StagedExport, StagedFile, StagedThread
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.reading.result import (
    Conversation,
    Message,
    Participant,
    Platform,
    loaded,
)
from quartermaster.records.rules.exports import Pick, chosen, marks_of, named_owner

_AT_ONCE = 10_000
MOST_SHOWN = 300


def staged_visible_to(actor: Actor, at: datetime) -> QuerySet[StagedExport]:
    """The exports that wait, of the actor alone; nobody else sees them, whatever their role."""
    people = reach(actor, RECORD_SAVE).people & {actor.person_id}
    rows = StagedExport.objects.select_related("person")
    return rows.filter(person__in=people, due_at__gt=at)


def threads_visible_to(actor: Actor, at: datetime) -> QuerySet[StagedThread]:
    rows = StagedThread.objects.select_related("export__person")
    return rows.filter(export__in=staged_visible_to(actor, at))


@dataclass(frozen=True)
class Summary:
    """An export as a whole: its name, what could not be read, and what is to be asked."""

    name: str
    faults: Sequence[tuple[str, str]]
    more_faults: int
    question: dict[str, Any]
    order: str


@dataclass(frozen=True)
class Look:
    """A conversation from afar."""

    title: str
    platform: Platform
    participants: Sequence[Participant]
    count: int
    files: int
    first: date | None
    last: date | None


def key_of(export: StagedExport) -> bytes:
    return sealing.unwrap(bytes(export.sealed_key), export.id)


def summary_of(export: StagedExport) -> Summary:
    said = json.loads(sealing.plain(export.sealed_summary, key_of(export), "summary"))
    said["faults"] = [(where, why) for where, why in said["faults"]]
    return Summary(**said)


def look_at(thread: StagedThread, key: bytes) -> Look:
    said = json.loads(sealing.plain(thread.sealed_look, key, f"look/{thread.position}"))
    return Look(
        title=said["title"],
        platform=Platform(said["platform"]),
        participants=[Participant(**one) for one in said["participants"]],
        count=said["count"],
        files=said["files"],
        first=date.fromisoformat(said["first"]) if said["first"] else None,
        last=date.fromisoformat(said["last"]) if said["last"] else None,
    )


def look_of(conversation: Conversation, zone: tzinfo) -> bytes:
    """What `look_at` reads."""
    first, last = conversation.span
    said = {
        "title": conversation.title,
        "platform": conversation.platform.value,
        "participants": [vars(one) for one in conversation.participants],
        "count": len(conversation.messages),
        "files": sum(len(one.attachments) for one in conversation.messages),
        "first": first.astimezone(zone).date().isoformat() if first else None,
        "last": last.astimezone(zone).date().isoformat() if last else None,
    }
    return json.dumps(said).encode()


def conversation_of(thread: StagedThread, key: bytes) -> Conversation:
    written = sealing.plain(thread.sealed_content, key, f"thread/{thread.position}")
    return loaded(written)[0]


def pick_of(thread: StagedThread, key: bytes) -> Pick | None:
    if thread.sealed_pick is None:
        return None
    return Pick.read(sealing.plain(thread.sealed_pick, key, f"pick/{thread.position}"))


def file_of(export: StagedExport, digest: str) -> bytes:
    """A file of an export, while it waits."""
    row = StagedFile.objects.filter(export=export, digest=digest).first()
    if row is None:
        raise NotFound("There is no such file in this export.")
    return sealing.plain(row.sealed_content, key_of(export), f"file/{digest}")


def saved_of(conversation: Conversation, author_id: UUID) -> list[str]:
    """For each message the number of the record that has it; empty where none has."""
    marks = marks_of(conversation)
    known: dict[str, str] = {}
    for start in range(0, len(marks), _AT_ONCE):
        some = marks[start : start + _AT_ONCE]
        rows = SavedMessage.objects.filter(author=author_id, mark__in=some)
        known.update(rows.values_list("mark", "record__number"))
    return [known.get(mark, "") for mark in marks]


def city_zone() -> tzinfo:
    """The zone of clocks that say none: the City's."""
    return get_default_timezone()


@dataclass(frozen=True)
class Chosen:
    """What would be saved of one conversation."""

    conversation: Conversation
    pick: Pick
    count: int
    whole: int
    saved: int
    rows: Sequence[tuple[Message, str]]


def chosen_of(export: StagedExport) -> list[Chosen]:
    """What would be saved of an export, as it would be; the first messages of each conversation."""
    key, found = key_of(export), []
    for thread in export.threads.filter(sealed_pick__isnull=False).order_by("position"):
        pick, whole = pick_of(thread, key), conversation_of(thread, key)
        assert pick is not None  # it was asked for
        saved = [bool(one) for one in saved_of(whole, export.person_id)]
        places = chosen(whole, pick, saved, city_zone())
        whole = named_owner(whole.owned_by(pick.me) if pick.me else whole, export.person.name)
        people = whole.people
        rows = [
            (one, people[one.sender].shown if one.sender in people else one.sender)
            for one in (whole.messages[place] for place in places[:MOST_SHOWN])
        ]
        count = len(whole.messages)
        found.append(Chosen(whole, pick, len(places), count, sum(saved), rows))
    return found
