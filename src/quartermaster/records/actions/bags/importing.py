"""Taking a bag in: each of its records is saved as one of whoever takes it in, once."""

from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import IO
from uuid import UUID, uuid5

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.capture import receive_item, save_record
from quartermaster.records.bags.layout import refused
from quartermaster.records.bags.reading import Bag, RecordIn, pieces, read_bag
from quartermaster.records.capture import under_hold
from quartermaster.records.models import Record
from quartermaster.records.permits import BAG_IMPORT
from quartermaster.records.rules.capture import MOST_ITEMS, Details, Residue, Source

SPACE = UUID("6a1f3a0e-93a2-4d4f-8a55-0b6d3b1c7e21")
_IN_MEMORY = 8 * 1024 * 1024


def import_bag(*, content: IO[bytes], actor: Actor, at: datetime) -> list[Record]:
    """Take in the records of a BagIt package: all of them, or none (G-5).

    A record that was taken in before is the same record. Where each comes from stands in the
    ledger, with the number and the digest that it had there.

    Raises:
        BagRefused: it is not sound, or holds what is not taken as a record.
    """
    require(actor, BAG_IMPORT)
    assert actor.person_id is not None  # the permit reaches people alone
    bag = read_bag(content)
    made = []
    with act(actor, at) as doing:
        for given in bag.records:
            record = _save(bag, given, actor, at)
            doing.record(
                "records.record.taken-in",
                record,
                number=record.number,
                was=given.number,
                digest=given.digest,
                bag=bag.digest,
            )
            made.append(record)
    return made


def _save(bag: Bag, given: RecordIn, actor: Actor, at: datetime) -> Record:
    if len(given.files) > MOST_ITEMS:
        raise refused(f"{given.number} has more than {MOST_ITEMS} files.")
    key = uuid5(SPACE, given.digest)
    known = Record.objects.filter(author=actor.person_id, key=key).first()
    if known is not None:
        return known
    items = []
    for place, file in enumerate(given.files):
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as held, bag.open(file.path) as source:
            for piece in pieces(source):
                held.write(piece)
            items.append(
                receive_item(
                    content=held,  # type: ignore[arg-type]  # it only reads
                    name=file.name,
                    declared=file.media_type,
                    key=uuid5(key, str(place)),
                    quarantine=False,  # the package is with whoever brings it
                    actor=actor,
                    at=at,
                ).key
            )
    return save_record(details=_details(given, actor), items=items, key=key, actor=actor, at=at)


def _details(given: RecordIn, actor: Actor) -> Details:
    assert actor.person_id is not None  # asked before
    facts = given.facts
    try:
        day, source = date.fromisoformat(facts.on), Source(facts.source)
    except ValueError:
        raise refused(f"{given.number} says no day or kind that is known.") from None
    return Details(
        about=facts.about,
        with_whom=facts.with_whom,
        happened_on=day,
        source=source,
        account=facts.account,
        note=facts.note,
        residue=Residue.HELD if under_hold(actor.person_id) else Residue.GONE,
    )
