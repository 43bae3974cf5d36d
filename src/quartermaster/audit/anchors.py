"""Anchors: signed notes of the chain's head, kept outside the database.

A chain whose tail is cut is still a chain; only a note kept elsewhere tells that it was longer.
One JSON line an anchor, in ``DATA/anchors/audit.jsonl``; copy the file to another machine.
"""

import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from quartermaster.audit import chain
from quartermaster.audit.models import Entry


@dataclass(frozen=True)
class Anchor:
    """The head of the chain at an instant."""

    seq: int
    digest: bytes
    at: datetime

    def body(self) -> dict[str, str | int]:
        when = self.at.astimezone(UTC).isoformat(timespec="seconds")
        return {"seq": self.seq, "digest": self.digest.hex(), "at": when}

    def signature(self, key: bytes) -> str:
        text = json.dumps(self.body(), sort_keys=True, separators=(",", ":"))
        return chain.seal(key, b"anchor\x00" + text.encode()).hex()


def path_in(folder: Path) -> Path:
    return folder / "anchors" / "audit.jsonl"


def write(folder: Path, key: bytes, at: datetime) -> Anchor | None:
    """Note the present head, unless the last note already has it; the anchor, if one was made."""
    head = Entry.objects.order_by("-seq").first()
    if head is None:
        return None
    last = None
    for last in read(folder):  # noqa: B007 (the last one is wanted)
        pass
    if last is not None and last[0].seq == head.seq:
        return None
    anchor = Anchor(head.seq, bytes(head.digest), at)
    path = path_in(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({**anchor.body(), "signature": anchor.signature(key)}, sort_keys=True)
    with path.open("a", encoding="ascii") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
    return anchor


def read(folder: Path) -> Iterator[tuple[Anchor, str]]:
    """Each anchor with the signature that stands beside it. ValueError on a line not ours."""
    path = path_in(folder)
    if not path.exists():
        return
    with path.open(encoding="ascii") as file:
        for line in file:
            item = json.loads(line)
            anchor = Anchor(
                int(item["seq"]), bytes.fromhex(item["digest"]), datetime.fromisoformat(item["at"])
            )
            yield anchor, str(item["signature"])


def genuine(anchor: Anchor, signature: str, key: bytes) -> bool:
    return hmac.compare_digest(anchor.signature(key), signature)
