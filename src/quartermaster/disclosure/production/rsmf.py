"""Short messages as RSMF 2.0: a mail message around ``rsmf.zip`` around ``rsmf_manifest.json``.

The description is Relativity's, published; the schema beside this module is written after it.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

VERSION = "2.0.0"
MANIFEST, ARCHIVE = "rsmf_manifest.json", "rsmf.zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Attached:
    """A file in the archive: under a name of its own, shown under another."""

    id: str
    display: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """One message: who, when, what, with which files."""

    id: str
    participant: str
    at: datetime
    body: str
    outgoing: bool = True
    attached: tuple[Attached, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """What is produced: its people by key, its messages in their order."""

    id: str
    display: str
    platform: str
    custodian: str
    participants: Sequence[tuple[str, str, str]]
    messages: Sequence[Message]
    custom: Sequence[tuple[str, str]] = field(default_factory=tuple)


def manifest(conversation: Conversation) -> dict[str, Any]:
    """The manifest as plain values."""
    return {
        "version": VERSION,
        "participants": [
            {"id": key, "display": name} | ({"email": email} if email else {})
            for key, name, email in conversation.participants
        ],
        "conversations": [
            {
                "id": conversation.id,
                "display": conversation.display,
                "platform": conversation.platform,
                "type": "direct",
                "custodian": conversation.custodian,
                "participants": [key for key, _, _ in conversation.participants],
                "custom": [{"name": name, "value": value} for name, value in conversation.custom],
            }
        ],
        "events": [_event(conversation, message) for message in conversation.messages],
        "eventcollectionid": conversation.id,
    }


def _event(conversation: Conversation, message: Message) -> dict[str, Any]:
    return {
        "type": "message",
        "id": message.id,
        "conversation": conversation.id,
        "participant": message.participant,
        "timestamp": _instant(message.at),
        "body": message.body,
        "direction": "outgoing" if message.outgoing else "incoming",
        "attachments": [
            {"id": one.id, "display": one.display, "size": len(one.content)}
            for one in message.attached
        ],
    }


def archive(conversation: Conversation) -> bytes:
    """``rsmf.zip``: the manifest and the files, all at its root; the same input, the same bytes."""
    held = io.BytesIO()
    files = [one for message in conversation.messages for one in message.attached]
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        said = json.dumps(manifest(conversation), ensure_ascii=False, indent=1)
        packed.writestr(zipfile.ZipInfo(MANIFEST, _EPOCH), said)
        for one in files:
            packed.writestr(zipfile.ZipInfo(one.id, _EPOCH), one.content)
    return held.getvalue()


def rsmf(conversation: Conversation, generator: str) -> bytes:
    """The whole: an RFC 5322 message with its headings and the archive attached."""
    times = [message.at for message in conversation.messages]
    names = {key: name for key, name, _ in conversation.participants}
    made = EmailMessage(policy=SMTP)
    made["X-RSMF-Version"] = VERSION
    made["X-RSMF-Generator"] = generator
    made["X-RSMF-EventCount"] = str(len(times))
    if times:
        made["X-RSMF-BeginDate"] = _instant(min(times))
        made["X-RSMF-EndDate"] = _instant(max(times))
    made["X-RSMF-Application"] = conversation.platform
    made["X-RSMF-Custodian"] = _heading(names[conversation.custodian])
    made["X-RSMF-Participants"] = _heading(", ".join(names.values()))
    attached = sum(len(message.attached) for message in conversation.messages)
    made["X-RSMF-AttachmentCount"] = str(attached)
    made["X-RSMF-EventCollectionID"] = conversation.id
    made["Subject"] = _heading(conversation.display)
    made.set_content("\n".join(message.body for message in conversation.messages))
    made.add_attachment(
        archive(conversation), maintype="application", subtype="zip", filename=ARCHIVE
    )
    made.set_boundary(f"rsmf-{conversation.id}")
    return made.as_bytes()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _heading(text: str) -> str:
    return " ".join(text.split())[:500]


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of the manifest."""
    path = Path(__file__).with_name("rsmf_manifest.schema.json")
    return dict(json.loads(path.read_text(encoding="utf-8")))
