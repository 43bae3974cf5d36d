"""Writing a bag of records: originals as they came, what was said of them, their proofs."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.files.rules import safe_name
from quartermaster.kernel.errors import Conflict
from quartermaster.records import archive
from quartermaster.records.bags import layout
from quartermaster.records.capture import facts_of
from quartermaster.records.contents import content_of
from quartermaster.records.models import LogEntry, Record, RecordItem

_IN_MEMORY = 16 * 1024 * 1024


@dataclass
class _Bag:
    """A bag on its way: what was written, with its digests."""

    archive: zipfile.ZipFile
    name: str
    payload: dict[str, str]
    octets: int = 0

    def add(self, path: str, pieces: Iterable[bytes]) -> str:
        """A file of the payload; its digest."""
        sha = hashlib.sha256()
        with self.archive.open(f"{self.name}/data/{path}", "w", force_zip64=True) as out:
            for piece in pieces:
                sha.update(piece)
                self.octets += len(piece)
                out.write(piece)
        self.payload[f"data/{path}"] = sha.hexdigest()
        return sha.hexdigest()


def write_bag(records: Sequence[Record], name: str, at: datetime) -> IO[bytes]:
    """A ZIP file with one bag of these records (G-5).

    Raises:
        RecordDamaged: a file is not as it was stored; nothing is handed out.
    """
    out: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (handed out open)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        bag = _Bag(made, name, {})
        for record in records:
            _add_record(bag, record)
        _write_tags(bag, len(records), at)
    out.seek(0)
    return out


def _add_record(bag: _Bag, record: Record) -> None:
    items = list(record.items.select_related("file").order_by("position"))
    files = []
    for item in items:
        path = f"{record.number}/{item.position:03}-{safe_name(item.name)}"
        digest = bag.add(path, content_of(item))
        if digest != item.digest:
            raise Conflict(f"A file of {record.number} is not what was saved. Audit the archive.")
        files.append({**_object(item), "path": f"data/{path}"})
    said = json.dumps(_described(record, files), indent=1, sort_keys=True, ensure_ascii=False)
    bag.add(f"{record.number}/{layout.RECORD}", [said.encode()])


def _object(item: RecordItem) -> dict[str, Any]:
    """A file in the words of PREMIS."""
    return {
        "originalName": item.name,
        "size": item.size,
        "format": item.media_type,
        "messageDigestAlgorithm": "SHA-256",
        "messageDigest": item.digest,
        "arrived": item.arrived_at.astimezone(UTC).isoformat(),
    }


def _described(record: Record, files: list[dict[str, Any]]) -> dict[str, Any]:
    facts = facts_of(record)
    entry = LogEntry.objects.filter(record=record).first()
    return {
        "objectIdentifier": record.number,
        "digest": record.digest,
        "facts": facts,
        "agent": {"name": record.author.name, "identifier": record.author.number},
        "objects": files,
        "events": [
            {"type": "ingestion", "at": record.saved_at.astimezone(UTC).isoformat()},
        ],
        "log": {"index": entry.index, "leaf": entry.leaf} if entry else None,
        "proof": _proof(entry) if entry else None,
    }


def _proof(entry: LogEntry) -> dict[str, Any] | None:
    try:
        return archive.proof_of_line(entry).payload()
    except Conflict:  # no checkpoint since: the leaf alone
        return None


def _write_tags(bag: _Bag, count: int, at: datetime) -> None:
    info = (
        f"Source-Organization: {settings.CITY}\n"
        f"Bagging-Date: {localdate(at).isoformat()}\n"
        f"External-Description: {count} records with their proofs\n"
        f"Payload-Oxum: {layout.oxum(len(bag.payload), bag.octets)}\n"
    )
    lines = [layout.line(digest, path) for path, digest in sorted(bag.payload.items())]
    tags = {
        "bagit.txt": layout.DECLARED,
        "bag-info.txt": info,
        layout.MANIFEST: "".join(lines),
    }
    named = [
        layout.line(hashlib.sha256(text.encode()).hexdigest(), path)
        for path, text in sorted(tags.items())
    ]
    for path, text in {**tags, layout.TAGS: "".join(named)}.items():
        bag.archive.writestr(f"{bag.name}/{path}", text.encode())
