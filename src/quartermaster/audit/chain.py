"""The chain's arithmetic, apart from any table.

``digest = SHA-256(previous ‖ canonical JSON of the entry)``; ``seal = HMAC-SHA-256(key, digest)``
with a key kept outside the database, so that who can rewrite rows still cannot re-chain them.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GENESIS = b"\x00" * 32


@dataclass(frozen=True)
class Draft:
    """An entry before it has its place in the chain."""

    at: datetime
    tag: str
    actor_label: str
    actor_id: str | None
    subject_kind: str
    subject_id: str
    data: dict[str, Any]


def canonical(seq: int, draft: Draft) -> bytes:
    """One byte string for one entry: sorted keys, no spaces, UTC, ASCII."""
    body = {
        "seq": seq,
        "at": draft.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "tag": draft.tag,
        "actor": [draft.actor_label, draft.actor_id],
        "subject": [draft.subject_kind, draft.subject_id],
        "data": draft.data,
    }
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest(previous: bytes, seq: int, draft: Draft) -> bytes:
    return hashlib.sha256(previous + canonical(seq, draft)).digest()


def seal(key: bytes, value: bytes) -> bytes:
    return hmac.new(key, value, hashlib.sha256).digest()
