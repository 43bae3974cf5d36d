"""Comparing the archive with what it must be. Reads alone; `actions.archive` keeps the faults."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from quartermaster.files.errors import FileDamaged, FileMissing
from quartermaster.files.queries import is_there, open_file
from quartermaster.files.stores import sha256_of
from quartermaster.kernel.vault import SecretUnreadable
from quartermaster.records import archive, stamps
from quartermaster.records.capture import digest_now
from quartermaster.records.contents import content_of
from quartermaster.records.errors import RecordDamaged
from quartermaster.records.models import (
    DisposalEntry,
    LogEntry,
    LogNode,
    Record,
    RecordItem,
    RefusedFile,
    SignedCheckpoint,
    TimeStamp,
)
from quartermaster.records.retention import RECORD
from quartermaster.records.rules import merkle
from quartermaster.records.rules.archive import Fault, leaf_of
from quartermaster.records.rules.checkpoints import is_signed, parsed
from quartermaster.records.rules.disposal import leaf_of as destruction_leaf
from quartermaster.records.rules.retention import Standing

_BATCH = 1000


@dataclass(frozen=True)
class Found:
    """One thing that is wrong: what, with which record, file or checkpoint, in a sentence."""

    kind: Fault
    subject: str
    said: str


def check_log() -> tuple[int, list[Found]]:
    """How many lines the log has, and everything that is wrong with it and its records."""
    notes = _notes()
    found = [*_forged(notes)]
    wanted: dict[int, list[str]] = {}
    for note in notes:
        wanted.setdefault(parsed(note).size, []).append(note)
    tree = _Tree()
    last: dict[str, str] = {}
    for entry in _entries():
        found += _line_faults(entry, tree, last)
        tree.add(entry.leaf.encode())
        for note in wanted.pop(tree.size, ()):
            if parsed(note).root != tree.root():
                said = f"The first {tree.size} lines of the log are not those that were signed."
                found.append(Found(Fault.REWRITTEN, f"checkpoint {tree.size}", said))
    for size in sorted(wanted):
        said = f"The log had {size} lines when it was signed, and has {tree.size}."
        found.append(Found(Fault.CUT, f"checkpoint {size}", said))
    found += _unlogged()
    return tree.size, found


def _notes() -> list[str]:
    """Every checkpoint, from the database and from beside it."""
    kept = SignedCheckpoint.objects.order_by("size").values_list("note", flat=True)
    return list(dict.fromkeys([*kept, *archive.anchored()]))


def _forged(notes: list[str]) -> Iterator[Found]:
    signer = archive.signer()
    for note in list(notes):
        try:
            genuine = is_signed(note, signer.name, signer.public)
            size = parsed(note).size
        except ValueError:
            genuine, size = False, 0
        if not genuine:
            notes.remove(note)
            said = "Its signature is not by the key of this archive."
            yield Found(Fault.FORGED, f"checkpoint {size}", said)


def _entries() -> Iterator[LogEntry]:
    rows = LogEntry.objects.select_related(
        "record", "disposal__retained", "disposal__batch__terms"
    ).prefetch_related("record__items")
    return rows.order_by("index").iterator(chunk_size=_BATCH)


def _line_faults(entry: LogEntry, tree: "_Tree", last: dict[str, str]) -> Iterator[Found]:
    number = _number_of(entry)
    if entry.index != tree.size:
        said = f"Line {tree.size} of the log is gone; line {entry.index} follows."
        yield Found(Fault.CUT, f"line {tree.size}", said)
    before = last.get(number[:1], "")
    if number <= before:
        said = f"{number} stands after {before} in the log."
        yield Found(Fault.REORDERED, number, said)
    last[number[:1]] = number
    if entry.record is not None:
        yield from _record_faults(entry, entry.record)
    elif entry.disposal is not None:
        yield from _destruction_faults(entry, entry.disposal)
    kept = LogNode.objects.filter(level=0, place=entry.index).values_list("hash", flat=True)
    if [bytes(one) for one in kept] != [merkle.leaf_hash(entry.leaf.encode())]:
        said = f"The line of {number} is not the one that was added."
        yield Found(Fault.REWRITTEN, number, said)


def _number_of(entry: LogEntry) -> str:
    if entry.record is not None:
        return entry.record.number
    return entry.disposal.number if entry.disposal is not None else ""


def _record_faults(entry: LogEntry, record: Record) -> Iterator[Found]:
    """A record is as it was saved; of one that was destroyed the digests, and a line says so."""
    items = sorted(record.items.all(), key=lambda item: item.position or 0)
    digest = digest_now(record, items) if record.destroyed_at is None else record.digest
    leaf = leaf_of(record.number, digest, [item.digest for item in items])
    if digest != record.digest or leaf != entry.leaf:
        said = f"What stands in {record.number} is not what was saved."
        yield Found(Fault.CHANGED, record.number, said)
    if record.destroyed_at is not None and not _destruction_of(record).exists():
        said = f"{record.number} is said to be destroyed, and no line of the log says so."
        yield Found(Fault.CHANGED, record.number, said)


def _destruction_of(record: Record) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(
        disposal__retained__kind=RECORD, disposal__retained__subject_id=record.id
    )


def _destruction_faults(entry: LogEntry, disposal: DisposalEntry) -> Iterator[Found]:
    """What the log says was destroyed is destroyed, and its line is the one that was written."""
    row = disposal.retained
    said_now = destruction_leaf(
        number=disposal.number,
        destroyed=json.loads(entry.leaf).get("destroyed", ""),
        digest=disposal.digest,
        files=disposal.files,
        series=disposal.batch.terms.code,
        batch=disposal.batch.number,
    )
    if said_now != entry.leaf:
        said = f"What stands in {disposal.number} is not what was written."
        yield Found(Fault.CHANGED, disposal.number, said)
    gone = row.standing == Standing.DESTROYED
    if row.kind == RECORD:
        gone = (
            gone and Record.objects.filter(id=row.subject_id, destroyed_at__isnull=False).exists()
        )
    if not gone:
        said = f"{row.label} was destroyed by {disposal.number}, and is here again."
        yield Found(Fault.REMAINS, row.label, said)


def _unlogged() -> Iterator[Found]:
    for number in Record.objects.filter(entry=None).values_list("number", flat=True):
        yield Found(Fault.UNLOGGED, number, f"{number} is in the archive and not in its log.")


def check_stamps() -> list[Found]:
    """Each time stamp that is kept, verified anew against its checkpoint."""
    found: list[Found] = []
    if not stamps.asked_for():
        return found
    for row in TimeStamp.objects.exclude(answer=None).select_related("checkpoint"):
        try:
            stamps.verified(row.checkpoint.note, bytes(row.answer or b""), int(row.nonce))
        except stamps.NotStamped as problem:
            said = f"The time stamp of checkpoint {row.checkpoint.size} does not verify: {problem}"
            found.append(Found(Fault.STAMP, f"checkpoint {row.checkpoint.size}", said[:300]))
    return found


def check_file(item: RecordItem) -> Found | None:
    """What is wrong with a file of a record: gone, altered, or not opening to what was saved."""
    number = item.record.number if item.record else "no record"
    which = f"File {item.position} of {number}"
    if item.file.destroyed_at is not None:
        there = is_there(item.file.digest) or bytes(item.sealed_key) != b""
        said = f"{which} was destroyed, and is still there."
        return Found(Fault.REMAINS, str(item.id), said) if there else None
    try:
        digest = sha256_of(content_of(item))
    except FileMissing:
        return Found(Fault.MISSING, str(item.id), f"{which} is not in the store.")
    except (FileDamaged, RecordDamaged, SecretUnreadable):
        said = f"{which} is not what was stored."
        return Found(Fault.DAMAGED, str(item.id), said)
    if digest != item.digest:
        said = f"{which} opens to something else than was saved."
        return Found(Fault.DAMAGED, str(item.id), said)
    return None


def check_refused(refused: RefusedFile) -> Found | None:
    """What is wrong with a file in quarantine, sealed as it is: nobody opens it to see."""
    assert refused.file is not None  # a constraint backs it
    try:
        open_file(refused.file.digest).close()
    except FileMissing:
        said = "A file in quarantine is not in the store."
        return Found(Fault.MISSING, str(refused.id), said)
    except FileDamaged:
        said = "A file in quarantine is not what was stored."
        return Found(Fault.DAMAGED, str(refused.id), said)
    return None


class _Tree:
    """A tree that grows leaf by leaf and remembers no more than its edge."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        found = merkle.leaf_hash(leaf)
        rest = self.size
        while rest & 1:
            found = merkle.node_hash(self._edge.pop(), found)
            rest >>= 1
        self._edge.append(found)
        self.size += 1

    def root(self) -> bytes:
        found = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            found = merkle.node_hash(left, found)
        return found
