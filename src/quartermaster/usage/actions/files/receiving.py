"""Taking a carrier's file in: known by its content, sealed, and put in line to be read."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.conf import settings

from quartermaster.files.actions import store
from quartermaster.files.errors import FileTooLarge
from quartermaster.files.rules import BINARY, safe_name
from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage import sealing
from quartermaster.usage.actions.files.again import queue_again
from quartermaster.usage.import_permits import IMPORT_RUN
from quartermaster.usage.models import CarrierFile
from quartermaster.usage.queries.imports import profiles_in_use
from quartermaster.usage.rules.imports import FileState, Way, reason_of
from quartermaster.usage.rules.reading import Given

READ = "quartermaster.usage.import_tasks.read"
_BLOCK = 1024 * 1024
_RETRIED = frozenset({FileState.REFUSED, FileState.STOPPED})
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Received:
    """The file, and whether its content was not known before."""

    file: CarrierFile
    fresh: bool


def take_in(
    *,
    content: BinaryIO,
    name: str,
    way: Way,
    given: Given | None = None,
    profile_key: str = "",
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> Received:
    """Take a carrier's file in; the same content a second time changes nothing (G-9, G-12).

    It is read afterwards, by a task. One that was refused before is read again.

    Args:
        content: the file, from its beginning; it must be seekable.
        name: what it is called.
        way: how it came.
        given: account and cycle, for rows that do not say it themselves.
        profile_key: the profile to read it with; by itself the one whose headings fit.
        reason: why, where it corrects what was there; it is kept with what it replaces.
        actor: who has it taken in.
        at: now.

    Raises:
        InvalidInput: it is empty, too large, or of a profile that is not known.
        Refused: no permit.
    """
    require(actor, IMPORT_RUN)
    said = reason_of(reason, needed=False)
    asked = given or Given()
    _check(asked, profile_key)
    digest, size = _measure(content)
    known = CarrierFile.objects.filter(digest=digest).first()
    if known is not None:
        return Received(_again(known, asked, profile_key, said, actor, at), fresh=False)
    row = CarrierFile(
        digest=digest,
        name=safe_name(name),
        size=size,
        way=way.value,
        profile_key=profile_key,
        account=asked.account,
        cycle_from=asked.from_on,
        cycle_until=asked.until_on,
        reason=said,
        received_at=at,
        received_by_id=actor.person_id,
        received_label=actor.label[:200],
        due_at=at,
    )
    _seal(row, content, actor, at)
    return _keep(row, actor, at)


def _seal(row: CarrierFile, content: BinaryIO, actor: Actor, at: datetime) -> None:
    key = sealing.new_key()
    row.sealed_key = sealing.wrap(key, row.pk)
    row.stored = store(
        content=sealing.sealed(content, key),  # type: ignore[arg-type]  # it has what is read
        media_type=BINARY,
        name=f"{row.name[:190]}.sealed",
        actor=actor,
        at=at,
        limit=2 * _limit(),
    )


def _keep(row: CarrierFile, actor: Actor, at: datetime) -> Received:
    with act(actor, at) as doing:
        take_turn(int(row.digest[:15], 16))
        known = CarrierFile.objects.filter(digest=row.digest).first()
        if known is not None:  # the same file in the same moment; what was sealed harms nobody
            return Received(known, fresh=False)
        row.save(force_insert=True)
        _record(doing, row)
    return Received(row, fresh=True)


def _record(doing: Act, made: CarrierFile) -> None:
    doing.record(
        "usage.file.received",
        made,
        digest=made.digest,
        name=made.name,
        size=made.size,
        way=made.way,
        reason=made.reason,
    )
    doing.wake_up(READ)


def _again(
    known: CarrierFile, given: Given, profile_key: str, reason: str, actor: Actor, at: datetime
) -> CarrierFile:
    if FileState(known.state) not in _RETRIED:
        return known
    with act(actor, at) as doing:
        return queue_again(known, given, profile_key, reason, doing)


def _check(given: Given, profile_key: str) -> None:
    keys = {profile.key for profile, _ in profiles_in_use()}
    if profile_key and profile_key not in keys:
        raise InvalidInput("There is no such profile in use.", field="profile")
    if given.from_on and given.until_on and given.until_on < given.from_on:
        raise InvalidInput("The cycle ends before it begins.", field="cycle_until")


def _limit() -> int:
    return int(settings.CARRIER_FILE_LARGEST_MB) * _MEGABYTE


def _measure(content: BinaryIO) -> tuple[str, int]:
    sha, size = hashlib.sha256(), 0
    while block := content.read(_BLOCK):
        sha.update(block)
        size += len(block)
        if size > _limit():
            raise FileTooLarge(
                f"The file is larger than {settings.CARRIER_FILE_LARGEST_MB:,} MB.", limit=_limit()
            )
    if not size:
        raise InvalidInput("The file is empty.", field="file")
    content.seek(0)
    return sha.hexdigest(), size
