"""Saving what was chosen of an export: a record for each conversation, and the rest is gone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from uuid import UUID, uuid5

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.capture.receiving import Measured, keep_item
from quartermaster.records.actions.capture.refusing import Given, keep_refused
from quartermaster.records.actions.capture.saving import save_record
from quartermaster.records.actions.capture.storing import largest
from quartermaster.records.actions.exports.choosing import export_for_update
from quartermaster.records.actions.exports.ending import destroy
from quartermaster.records.exports import (
    city_zone,
    conversation_of,
    file_of,
    key_of,
    pick_of,
    saved_of,
    summary_of,
)
from quartermaster.records.models import Record, SavedMessage, StagedExport, StagedThread
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.reading.result import (
    MEDIA_TYPE,
    Attachment,
    Conversation,
    Platform,
    dumped,
)
from quartermaster.records.rules import content as judging
from quartermaster.records.rules.capture import Details, Residue, Source
from quartermaster.records.rules.exports import (
    MOST_FILES,
    SOURCES,
    Pick,
    chosen,
    day_of,
    marks_of,
    named_owner,
    others,
)

NAME = "conversation.json"


@dataclass(frozen=True)
class Left:
    """What is left on the device of all that is saved, and on which device it is."""

    residue: Residue
    residue_by: date | None = None
    device_id: UUID | None = None


def save_chosen(*, export_id: UUID, left: Left, actor: Actor, at: datetime) -> list[Record]:
    """Save what was chosen, a record for each conversation; nothing else of it stays (G-5, C-2).

    In the same transaction the rest of the export is destroyed, and the key that it was under.
    """
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    with act(actor, at) as doing:
        export = export_for_update(export_id, actor, at)
        summary = summary_of(export)
        if summary.question and not summary.order:
            raise InvalidInput("Say first in which order day and month stand.", field="order")
        picked = export.threads.filter(sealed_pick__isnull=False).order_by("position")
        if not picked:
            raise InvalidInput("Choose something first, or cancel.")
        records = [_save(export, thread, summary.name, left, doing) for thread in picked]
        destroy(export, "saved", doing)
    return records


def _save(export: StagedExport, thread: StagedThread, name: str, left: Left, doing: Act) -> Record:
    key = key_of(export)
    pick = pick_of(thread, key)
    assert pick is not None  # it was asked for
    whole, zone = conversation_of(thread, key), city_zone()
    saved = [bool(one) for one in saved_of(whole, export.person_id)]
    places = chosen(whole, pick, saved, zone)
    if not places:
        raise InvalidInput(f"“{whole.title}” has nothing new in what you chose.")
    marks = marks_of(whole)
    said = named_owner(whole.owned_by(pick.me) if pick.me else whole, export.person.name)
    part = replace(said, messages=tuple(said.messages[place] for place in places))
    space = uuid5(export.id, str(thread.position))
    kept, items = _files(export, part, space, doing)
    taken_from = {"name": name, "sha256": export.digest, "size": export.size}
    written = dumped(kept, taken_from=taken_from, chosen={"of": len(whole.messages)})
    first = _keep(written, NAME, MEDIA_TYPE, uuid5(space, NAME), doing)
    record = save_record(
        details=_details(kept, pick, left, doing.at),
        items=[first, *items],
        key=space,
        device_id=left.device_id,
        most=MOST_FILES + 1,
        actor=doing.actor,
        at=doing.at,
    )
    SavedMessage.objects.bulk_create(
        [
            SavedMessage(author_id=export.person_id, record=record, mark=marks[place])
            for place in places
        ]
    )
    return record


def _details(part: Conversation, pick: Pick, left: Left, at: datetime) -> Details:
    source = SOURCES[part.platform]
    named = part.platform.label if source in {Source.CHAT, Source.MAIL} else ""
    return Details(
        about=pick.about,
        with_whom=pick.with_whom or others(part.participants, pick.me) or part.title,
        happened_on=day_of(part.messages, city_zone(), at),
        source=source,
        account=named if part.platform is not Platform.MAIL else "",
        residue=left.residue,
        residue_by=left.residue_by,
    )


def _files(
    export: StagedExport, part: Conversation, space: UUID, doing: Act
) -> tuple[Conversation, Sequence[UUID]]:
    """The files of what is chosen, each once; what is no record is named with the reason."""
    known: dict[str, tuple[UUID | None, str]] = {}
    messages = []
    for message in part.messages:
        files = []
        for one in message.attachments:
            if one.digest and one.digest not in known:
                known[one.digest] = _file(export, one, space, doing)
            why = known[one.digest][1] if one.digest else one.why
            files.append(replace(one, why=why, digest="" if why else one.digest))
        messages.append(replace(message, attachments=tuple(files)))
    keys = [key for key, _ in known.values() if key is not None]
    if len(keys) > MOST_FILES:
        raise InvalidInput(
            f"More than {MOST_FILES} files are in what you chose of “{part.title}”. Choose fewer"
            " days, and the others from another export."
        )
    return replace(part, messages=tuple(messages)), keys


def _file(
    export: StagedExport, one: Attachment, space: UUID, doing: Act
) -> tuple[UUID | None, str]:
    content = file_of(export, one.digest)
    head = content[: judging.HEAD]
    found = judging.judge_whole(BytesIO(content), head, len(content), one.media_type)
    if len(content) > largest():
        return None, "It is larger than a file of a record may be."
    if found.problem:
        # it was chosen as the City's: it waits with what else is not taken, if all of this is saved
        given = Given(one.name, one.media_type, one.digest, len(content), found.problem)
        keep_refused(content=BytesIO(content), given=given, actor=doing.actor, at=doing.at)
        return None, found.problem
    return _keep(content, one.name, found.media_type, uuid5(space, one.digest), doing), ""


def _keep(content: bytes, name: str, media_type: str, key: UUID, doing: Act) -> UUID:
    measured = Measured(media_type, hashlib.sha256(content).hexdigest(), len(content))
    keep_item(
        content=BytesIO(content),
        name=name,
        measured=measured,
        key=key,
        actor=doing.actor,
        at=doing.at,
    )
    return key
