"""Saved conversations as events of a production: each message with who, when and its files.

Of one that is given out with redactions the messages carry their marks, where all of these stand
in the words of messages; where a name or a time is taken out, its text alone is produced.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from quartermaster.disclosure.actions.reading import content_of
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.models import RequestItem
from quartermaster.disclosure.production import rsmf
from quartermaster.disclosure.rules.review import GIVEN_OUT, Decision, masked
from quartermaster.kernel.permits import Actor
from quartermaster.records.exports import city_zone
from quartermaster.records.models import Record
from quartermaster.records.reading.result import (
    MEDIA_TYPE,
    Conversation,
    Message,
    bodies_in,
    loaded,
)

MOST_EVENTS = 10_000  # of one file
Talks = Mapping[str, Conversation]


def talks_of(rows: Sequence[RequestItem], actor: Actor, at: datetime) -> Talks:
    """The conversations that are given out, by the number of their record, as they may be seen."""
    found = {}
    for row in rows:
        if row.item.media_type != MEDIA_TYPE or row.decision not in GIVEN_OUT:
            continue
        whole = loaded(content_of(row, actor, at))[0]
        seen = _marked(whole, row) if row.decision == Decision.REDACT else whole
        if seen is not None and row.item.record is not None:
            found[row.item.record.number] = seen
    return found


def _marked(whole: Conversation, row: RequestItem) -> Conversation | None:
    """Each message with what is taken out of it; None where a mark stands beside the words."""
    marks = [(one.start or 0, one.end or 0, one.code) for one in row.redactions.all()]
    messages, placed = [], 0
    for message, start in zip(whole.messages, bodies_in(whole, city_zone()), strict=True):
        end = start + len(message.body)
        within = [
            (first - start, last - start, code)
            for first, last, code in marks
            if start <= first and last <= end
        ]
        placed += len(within)
        if not within:
            messages.append(message)
            continue
        # what the export itself says of it may repeat what is taken out
        body = masked(message.body, within)
        messages.append(replace(message, body=body, original={}))
    return replace(whole, messages=tuple(messages)) if placed == len(marks) else None


def as_rsmf(
    record: Record,
    whole: Conversation,
    rows: Sequence[RequestItem],
    natives: Mapping[str, bytes],
) -> Iterator[rsmf.Conversation]:
    """The conversation of a record; in several where it has more messages than one file may."""
    keys = {one.key: f"P{place}" for place, one in enumerate(whole.participants, start=1)}
    owner = next((keys[one.key] for one in whole.participants if one.owner), "P0")
    people = [(keys[one.key], one.shown, _mail(one.address)) for one in whole.participants]
    if owner == "P0":
        people.insert(0, ("P0", record.author.name, record.author.email))
    files = _files(rows, natives)
    dated = [one for one in whole.messages if one.at is not None]
    for start in range(0, len(dated), MOST_EVENTS):
        part = dated[start : start + MOST_EVENTS]
        yield rsmf.Conversation(
            id=record.number if not start else f"{record.number}-{start // MOST_EVENTS + 1}",
            display=record.about,
            platform=whole.platform.label,
            custodian=owner,
            participants=people,
            messages=[
                _event(one, place, keys.get(one.sender, owner), files)
                for place, one in enumerate(part, start=start + 1)
            ],
            custom=[("Record", record.number), ("Saved", record.saved_at.isoformat())],
        )


def _mail(address: str) -> str:
    return address if address.count("@") == 1 and " " not in address else ""


def _files(
    rows: Sequence[RequestItem], natives: Mapping[str, bytes]
) -> Callable[[str, str], rsmf.Attached | None]:
    """What is given out of a file, found by the digest of its original."""
    by_digest = {row.item.digest: row for row in rows if row.item.media_type != MEDIA_TYPE}

    def given(digest: str, name: str) -> rsmf.Attached | None:
        row = by_digest.get(digest)
        if row is None or row.decision not in GIVEN_OUT:
            return None
        if str(row.id) in natives:
            ending = row.item.name.rpartition(".")[2] or "bin"
            return rsmf.Attached(f"{name}.{ending}", row.item.name, natives[str(row.id)])
        return (
            None
            if row.copy is None
            else rsmf.Attached(f"{name}.pdf", row.copy.name, read(row.copy))
        )

    return given


def _event(message: Message, place: int, participant: str, files: Any) -> rsmf.Message:
    attached, body = [], message.body
    for number, one in enumerate(message.attachments, start=1):
        found = files(one.digest, f"{place:05}-{number:02}") if one.digest else None
        if found is None:
            body = f"{body}\n[{one.name or 'A file'} is not part of this.]".strip()
        else:
            attached.append(found)
    assert message.at is not None  # the others are left out
    return rsmf.Message(
        id=f"M{place}",
        participant=participant,
        at=message.at,
        body=body,
        outgoing=bool(message.outgoing),
        attached=tuple(attached),
    )
