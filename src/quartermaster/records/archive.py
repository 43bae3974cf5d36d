"""Reads of the archive's log: its size, its root, its proofs, what is signed, what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.db.models import QuerySet

from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, reach
from quartermaster.records.models import (
    ArchiveAudit,
    ArchiveFault,
    LogEntry,
    LogNode,
    Record,
    SignedCheckpoint,
)
from quartermaster.records.permits import ARCHIVE_VIEW
from quartermaster.records.rules import merkle
from quartermaster.records.rules.checkpoints import Signer, parsed


def signer() -> Signer:
    """The archive's name and key in this installation."""
    host = urlparse(settings.WEB_URL).netloc or "quartermaster"
    return Signer(f"{host}/records", settings.ARCHIVE_KEY)


def anchors_file() -> Path:
    """Where checkpoints are kept beside the database, so that an old one is found out."""
    return Path(settings.DATA) / "archive" / "checkpoints"


def nodes(level: int, place: int) -> bytes:
    """The hash of a complete subtree, as kept."""
    found = LogNode.objects.values_list("hash", flat=True).get(level=level, place=place)
    return bytes(found)


def size() -> int:
    """How many lines the log has."""
    newest = LogEntry.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if newest is None else newest + 1


def checkpoints_visible_to(actor: Actor) -> QuerySet[SignedCheckpoint]:
    """The signed checkpoints, for whoever looks after the archive."""
    rows = SignedCheckpoint.objects.all()
    return rows if reach(actor, ARCHIVE_VIEW).everything else rows.none()


def faults_visible_to(actor: Actor) -> QuerySet[ArchiveFault]:
    """What audits found wrong, the open ones first."""
    rows = ArchiveFault.objects.order_by("closed_at", "-found_at")
    return rows if reach(actor, ARCHIVE_VIEW).everything else rows.none()


def audits_visible_to(actor: Actor) -> QuerySet[ArchiveAudit]:
    """The audits of the archive, the newest first."""
    rows = ArchiveAudit.objects.all()
    return rows if reach(actor, ARCHIVE_VIEW).everything else rows.none()


@dataclass(frozen=True)
class Proven:
    """A record in the log: its line, and the way from it to a signed root."""

    index: int
    leaf: str
    size: int
    path: tuple[bytes, ...]
    checkpoint: str

    def payload(self) -> dict[str, Any]:
        """As the stand-alone verifier takes it."""
        return {
            "index": self.index,
            "leaf": self.leaf,
            "size": self.size,
            "path": [step.hex() for step in self.path],
            "checkpoint": self.checkpoint,
            "key": signer().verifier,
        }


def proof_of(record: Record) -> Proven:
    """The proof that a record is in the log, up to the newest checkpoint that has it (G-5).

    Raises:
        Conflict: no checkpoint was signed since it was saved.
    """
    return proof_of_line(LogEntry.objects.get(record=record))


def proof_of_line(entry: LogEntry) -> Proven:
    """The proof that a line is in the log, up to the newest checkpoint that has it."""
    signed = SignedCheckpoint.objects.filter(size__gt=entry.index).order_by("-size").first()
    if signed is None:
        raise Conflict("It is in the log, and the next checkpoint is not signed yet. Try later.")
    path = merkle.inclusion(entry.index, signed.size, nodes)
    return Proven(entry.index, entry.leaf, signed.size, tuple(path), signed.note)


def proof_between(earlier: int, later: int) -> list[bytes]:
    """The proof that the log of ``later`` records begins with that of ``earlier`` (G-5)."""
    return merkle.consistency(earlier, later, nodes)


def exported() -> Iterator[Mapping[str, Any]]:
    """The whole log for the stand-alone verifier: the key, every line, every checkpoint."""
    yield {"key": signer().verifier}
    for index, leaf in LogEntry.objects.values_list("index", "leaf").iterator():
        yield {"index": index, "leaf": leaf}
    for note in SignedCheckpoint.objects.order_by("size").values_list("note", flat=True):
        yield {"checkpoint": note}


def anchored() -> list[str]:
    """The checkpoints kept beside the database; those that cannot be read are left out."""
    try:
        text = anchors_file().read_text(encoding="utf-8")
    except OSError:
        return []
    found = []
    for note in text.split("\n\n\n"):
        whole = f"{note.strip(chr(10))}\n"
        try:
            parsed(whole)
        except ValueError:
            continue
        found.append(whole)
    return found
