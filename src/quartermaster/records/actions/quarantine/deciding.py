"""What the records custodian does with a file that was not taken: looks, saves, discards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.files.errors import FileDamaged, FileMissing
from quartermaster.files.queries import open_file
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import actor_for
from quartermaster.records import sealing
from quartermaster.records.actions.capture.receiving import Measured, place_item
from quartermaster.records.actions.capture.saving import save_record
from quartermaster.records.actions.quarantine.ending import end, tell_author, throw_away
from quartermaster.records.capture import under_hold
from quartermaster.records.errors import RecordDamaged
from quartermaster.records.holds import require_not_held
from quartermaster.records.locks import keep_holds_still
from quartermaster.records.models import Record, RefusedFile
from quartermaster.records.permits import INBOX_DECIDE
from quartermaster.records.quarantine import refused_visible_to, waiting
from quartermaster.records.rules.capture import Details, Residue, Source
from quartermaster.records.rules.holds import LONGEST_REASON, SHORTEST_REASON, said

_SPACE = UUID("0f6a0f0e-3c1f-4a3c-9a52-6a5d8e1b7f40")
UNOPENED = "application/octet-stream"  # whatever it is: nobody looked, and nothing shows it


@dataclass(frozen=True)
class Said:
    """What the custodian says of a file that is a record after all."""

    about: str
    with_whom: str
    happened_on: date


def read_refused(
    *, refused_id: UUID, actor: Actor, at: datetime
) -> tuple[RefusedFile, Iterator[bytes]]:
    """A file that waits, byte for byte; that it was taken away is on record (G-2, G-5).

    Raises:
        NotFound: there is none that waits.
        RecordDamaged: what is in the store is not what was stored.
    """
    require(actor, INBOX_DECIDE)
    with act(actor, at) as doing:
        rows = refused_visible_to(actor).select_related("file")
        refused = rows.filter(id=refused_id, id__in=waiting().values("id")).first()
        if refused is None or refused.file is None:
            raise NotFound("There is no such file that waits.")
        try:
            handle = open_file(refused.file.digest)
        except (FileMissing, FileDamaged) as problem:
            raise RecordDamaged("This file is not in the store as it was kept.") from problem
        doing.record("records.refused.read", refused, digest=refused.digest)
    return refused, sealing.opened(handle, _secret(refused))


def release(*, refused_id: UUID, of: Said, actor: Actor, at: datetime) -> RefusedFile:
    """Save a file that was not taken as a record of its author (G-5).

    It is not opened: its sealed form becomes the record's. Of an author who has left, it is the
    custodian's record, which says whose file it was.
    """
    require(actor, INBOX_DECIDE)
    with act(actor, at) as doing:
        refused = _for_update(refused_id)
        record = _saved(refused, of, _owner(refused, actor), actor, at)
        end(refused, "release", doing, record=record)
        doing.record(
            "records.refused.released", refused, digest=refused.digest, number=record.number
        )
        tell_author(refused, doing)
    return refused


def discard(*, refused_id: UUID, reason: str, actor: Actor, at: datetime) -> RefusedFile:
    """Discard a file that is no record; nothing of it is left but that it was (G-5, G-2)."""
    require(actor, INBOX_DECIDE)
    why = said(reason, "reason", LONGEST_REASON, SHORTEST_REASON)
    with act(actor, at) as doing:
        keep_holds_still()
        refused = _for_update(refused_id)
        require_not_held(refused.author_id)
        throw_away(refused, why, doing)
    return refused


def _for_update(key: UUID) -> RefusedFile:
    rows = RefusedFile.objects.select_for_update(of=("self",)).select_related("author", "file")
    refused = rows.filter(id=key).first()
    if refused is None:
        raise NotFound("There is no such file.")
    if refused.file is None:
        raise Conflict("Somebody has decided about this file already.")
    return refused


def _secret(refused: RefusedFile) -> bytes:
    assert refused.sealed_key is not None  # a constraint backs it
    return sealing.unwrap(bytes(refused.sealed_key), refused.id)


def _owner(refused: RefusedFile, actor: Actor) -> Person:
    if refused.author.standing == Standing.ACTIVE:
        return refused.author
    assert actor.person_id is not None  # the permit reaches people alone
    return Person.objects.get(id=actor.person_id)


def _saved(refused: RefusedFile, of: Said, owner: Person, actor: Actor, at: datetime) -> Record:
    assert refused.file is not None  # asked before
    author, key = actor_for(owner, at), uuid5(_SPACE, str(refused.id))
    place_item(
        file=refused.file,
        secret=_secret(refused),
        name=refused.name,
        measured=Measured(UNOPENED, refused.digest, refused.size),
        key=key,
        actor=author,
        at=at,
    )
    held = under_hold(owner.id)
    by = None if held else localdate(at + timedelta(days=settings.RECORD_TRANSFER_DAYS))
    details = Details(
        about=of.about,
        with_whom=of.with_whom,
        happened_on=of.happened_on,
        source=Source.OTHER,
        note=_note(refused, owner, actor),
        residue=Residue.HELD if held else Residue.STAYS,
        residue_by=by,
    )
    return save_record(details=details, items=[key], key=key, actor=author, at=at)


def _note(refused: RefusedFile, owner: Person, actor: Actor) -> str:
    whose = "" if owner.id == refused.author_id else f" {refused.author.name} sent it."
    return f"Released by {actor.label}; it was not taken because: {refused.problem}{whose}"
