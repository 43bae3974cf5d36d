"""The folder into which scanners and voicemail drop files, each person's in one of their own."""

import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid5

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.files import dropped
from quartermaster.files.stores import chunks_of, sha256_of
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import actor_for
from quartermaster.records.actions.capture.receiving import receive_item
from quartermaster.records.actions.capture.saving import save_record
from quartermaster.records.capture import under_hold
from quartermaster.records.models import Record
from quartermaster.records.permits import RECORD_KEEP
from quartermaster.records.rules.capture import Details, Residue, Source

_SPACE = UUID("6f1d3c52-0c57-4a0b-8a55-0e0f4f9d7c33")
_VOICE = ("audio/",)


def look(*, actor: Actor, at: datetime) -> int:
    """Make a record of each file that lies still in the sub-folder of a person; how many (G-5)."""
    require(actor, RECORD_KEEP)
    folder = settings.RECORD_FOLDER
    if folder is None or not Path(folder).is_dir():
        return 0
    return sum(_of_person(place, at) for place in _places(Path(folder)))


def _places(folder: Path) -> list[Path]:
    entries = sorted(os.scandir(folder), key=lambda one: one.name)
    return [Path(one.path) for one in entries if one.is_dir(follow_symlinks=False)]


def _of_person(place: Path, at: datetime) -> int:
    def take(content: BinaryIO, name: str) -> dropped.Taken:
        person = Person.objects.filter(number=place.name, standing=Standing.ACTIVE).first()
        if person is None:
            raise NotFound(f"Nobody who works here has the personnel number {place.name}.")
        return dropped.Taken(_save(person, content, name, at))

    return dropped.look(place, take, at)


def _save(person: Person, content: BinaryIO, name: str, at: datetime) -> bool:
    """Once for each content; what was saved before is left as it is."""
    author = actor_for(person, at)
    key = uuid5(_SPACE, f"{person.id}/{_digest(content)}")
    if Record.objects.filter(author=person, key=key).exists():
        return False
    with act(author, at):
        item = receive_item(
            content=content,
            name=name,
            declared="",
            key=key,
            quarantine=False,  # what is refused stays in the folder
            actor=author,
            at=at,
        )
        voice = item.media_type.startswith(_VOICE)
        details = Details(
            about=f"{'Voicemail' if voice else 'Scan'}: {name}"[:300],
            with_whom="Named in the file",
            happened_on=localdate(at),
            source=Source.VOICE if voice else Source.DOCUMENT,
            residue=Residue.HELD if under_hold(person.id) else Residue.GONE,
        )
        save_record(details=details, items=[item.key], key=key, actor=author, at=at)
    return True


def _digest(content: BinaryIO) -> str:
    content.seek(0)
    found = sha256_of(chunks_of(content))
    content.seek(0)
    return found
