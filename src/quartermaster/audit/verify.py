"""Verification of the ledger: every entry, every link, every seal, every anchor."""

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import QuerySet

from quartermaster.audit import anchors, chain
from quartermaster.audit.models import Entry


@dataclass(frozen=True)
class Fault:
    """One thing found wrong, at one place in the chain."""

    seq: int
    code: str
    sentence: str


@dataclass
class Report:
    """What a verification saw."""

    entries: int = 0
    anchors: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.faults


def draft_of(entry: Entry) -> chain.Draft:
    return chain.Draft(
        entry.at,
        entry.tag,
        entry.actor_label,
        str(entry.actor_id) if entry.actor_id else None,
        entry.subject_kind,
        entry.subject_id,
        entry.data,
    )


def _entry_faults(entry: Entry, seq: int, previous: bytes, key: bytes) -> Iterator[Fault]:
    if entry.seq != seq:
        yield Fault(seq, "missing", f"Entries {seq} to {entry.seq - 1} are missing.")
    if entry.seq == seq and bytes(entry.previous) != previous:
        yield Fault(entry.seq, "broken-link", f"Entry {entry.seq} does not follow entry {seq - 1}.")
    value = chain.digest(bytes(entry.previous), entry.seq, draft_of(entry))
    if not hmac.compare_digest(value, bytes(entry.digest)):
        yield Fault(entry.seq, "altered", f"Entry {entry.seq} was altered after it was written.")
    if not hmac.compare_digest(chain.seal(key, bytes(entry.digest)), bytes(entry.seal)):
        yield Fault(
            entry.seq, "false-seal", f"Entry {entry.seq} was not sealed by this installation."
        )


def faults_of(entry: Entry, *, key: bytes) -> list[Fault]:
    """What is wrong with one entry, judged beside the entry before it."""
    before = Entry.objects.filter(seq=entry.seq - 1).first()
    previous = bytes(before.digest) if before else chain.GENESIS
    expected = entry.seq if before or entry.seq == 1 else entry.seq - 1
    return list(_entry_faults(entry, expected, previous, key))


def _anchor_faults(report: Report, folder: Path, key: bytes) -> None:
    try:
        kept = list(anchors.read(folder))
    except (ValueError, KeyError):
        report.faults.append(Fault(0, "anchor-unreadable", "The file of anchors was altered."))
        return
    for anchor, signature in kept:
        report.anchors += 1
        if not anchors.genuine(anchor, signature, key):
            report.faults.append(
                Fault(anchor.seq, "false-anchor", f"The anchor of entry {anchor.seq} is not ours.")
            )
            continue
        entry = Entry.objects.filter(seq=anchor.seq).first()
        if entry is None:
            report.faults.append(
                Fault(
                    anchor.seq,
                    "cut",
                    f"Entry {anchor.seq} existed on {anchor.at:%Y-%m-%d %H:%M} UTC and is gone.",
                )
            )
        elif bytes(entry.digest) != anchor.digest:
            report.faults.append(
                Fault(
                    anchor.seq,
                    "rewritten",
                    f"Entry {anchor.seq} is not what was anchored on {anchor.at:%Y-%m-%d %H:%M}.",
                )
            )


def verify(*, key: bytes, folder: Path, progress: Callable[[int], None] = lambda _: None) -> Report:
    """Check the whole ledger against its own arithmetic, its seals and its anchors.

    Args:
        key: the audit key, which is not in the database.
        folder: the data folder, which holds the anchors.
        progress: called with the number of entries seen so far.
    """
    report = Report()
    _walk(report, Entry.objects.order_by("seq"), 1, chain.GENESIS, key, progress)
    _anchor_faults(report, folder, key)
    return report


def verify_tail(*, key: bytes, length: int) -> Report:
    """Check the newest ``length`` entries alone: quick enough for every health check."""
    report = Report()
    tail = Entry.objects.order_by("-seq")[:length]
    first = min((entry.seq for entry in tail), default=1)
    before = Entry.objects.filter(seq=first - 1).first()
    previous = bytes(before.digest) if before else chain.GENESIS
    entries = Entry.objects.filter(seq__gte=first).order_by("seq")
    _walk(report, entries, first, previous, key, lambda _: None)
    return report


def _walk(
    report: Report,
    entries: QuerySet[Entry],
    expected: int,
    previous: bytes,
    key: bytes,
    progress: Callable[[int], None],
) -> None:
    for entry in entries.iterator(chunk_size=2000):
        report.faults.extend(_entry_faults(entry, expected, previous, key))
        expected, previous = entry.seq + 1, bytes(entry.digest)
        report.entries += 1
        if report.entries % 1000 == 0:
            progress(report.entries)
    progress(report.entries)
