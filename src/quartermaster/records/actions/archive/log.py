"""Appending a record to the log, in the act that saves it; signing how the log stands."""

import os
from datetime import datetime

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import archive
from quartermaster.records.actions.archive.stamping import queue_stamp
from quartermaster.records.models import (
    DisposalEntry,
    LogEntry,
    LogNode,
    Record,
    SignedCheckpoint,
)
from quartermaster.records.permits import ARCHIVE_KEEP
from quartermaster.records.rules import merkle
from quartermaster.records.rules.archive import leaf_of
from quartermaster.records.rules.checkpoints import Checkpoint

_SIGNING = 0x5349_474E


def append(record: Record, files: list[str], doing: Act) -> LogEntry:
    """Add a record's line. The caller lets one line be added at a time."""
    return _append(leaf_of(record.number, record.digest, files), doing, record=record)


def append_destruction(disposal: DisposalEntry, leaf: str, doing: Act) -> LogEntry:
    """Add the line that something was destroyed. The caller lets one be added at a time."""
    return _append(leaf, doing, disposal=disposal)


def _append(leaf: str, doing: Act, **of: Record | DisposalEntry) -> LogEntry:
    index = archive.size()
    entry = LogEntry.objects.create(index=index, leaf=leaf, added_at=doing.at, **of)
    made = merkle.completed(index, merkle.leaf_hash(leaf.encode()), archive.nodes)
    LogNode.objects.bulk_create(
        LogNode(level=level, place=place, hash=found) for level, place, found in made
    )
    return entry


def sign_checkpoint(*, actor: Actor, at: datetime) -> SignedCheckpoint | None:
    """Sign how the log stands, where it grew since; also kept beside the database (G-5)."""
    require(actor, ARCHIVE_KEEP)
    with act(actor, at) as doing:
        take_turn(_SIGNING)
        size, last = archive.size(), SignedCheckpoint.objects.order_by("-size").first()
        if size == (last.size if last else 0):
            return None
        signer = archive.signer()
        note = signer.sign(Checkpoint(signer.name, size, merkle.root(size, archive.nodes)))
        signed = SignedCheckpoint.objects.create(size=size, note=note, signed_at=at)
        doing.record("records.archive.signed", signed, size=size)
        queue_stamp(signed, at)
        _anchor(note)
    return signed


def _anchor(note: str) -> None:
    """Keep a checkpoint outside the database, so that an old one that is restored is found out."""
    path = archive.anchors_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.write(f"{note}\n\n")
        out.flush()
        os.fsync(out.fileno())
