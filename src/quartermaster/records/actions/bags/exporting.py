"""Taking records out as a BagIt package: who took which, when, stands in the ledger first."""

from collections.abc import Collection
from datetime import datetime
from typing import IO
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import localtime

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require, system
from quartermaster.records.actions.archive.log import sign_checkpoint
from quartermaster.records.bags import layout
from quartermaster.records.bags.writing import write_bag
from quartermaster.records.capture import records_visible_to
from quartermaster.records.models import Record
from quartermaster.records.permits import BAG_EXPORT

HOUSE = system("bags")


def export_bag(
    *, record_ids: Collection[UUID], actor: Actor, at: datetime
) -> tuple[str, IO[bytes]]:
    """Take records out as a BagIt package with their proofs; its name, and the file (G-5).

    Raises:
        InvalidInput: none were chosen, or more than one bag has.
        NotFound: one of them is not there, or was destroyed.
    """
    require(actor, BAG_EXPORT)
    keys = set(record_ids)
    if not 1 <= len(keys) <= layout.MOST_RECORDS:
        raise InvalidInput(f"Choose 1 to {layout.MOST_RECORDS} records.", field="records")
    rows = records_visible_to(actor) if not actor.is_system else _all()
    records = list(rows.filter(id__in=keys, destroyed_at=None).order_by("number"))
    if len(records) != len(keys):
        raise NotFound("One of these records is not there, or was destroyed.")
    sign_checkpoint(actor=HOUSE, at=at)
    name = f"records-{localtime(at):%Y%m%d-%H%M%S}"
    with act(actor, at) as doing:
        for record in records:
            doing.record("records.record.taken-out", record, number=record.number, bag=name)
    return f"{name}.zip", write_bag(records, name, at)


def _all() -> QuerySet[Record]:
    return Record.objects.select_related("author")
