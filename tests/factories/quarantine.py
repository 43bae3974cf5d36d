"""Files that are not taken for what is in them, each hostile in its own way."""

import io
import zipfile
from datetime import datetime
from typing import Any

import pytest

from quartermaster.kernel.permits import Actor
from quartermaster.records.errors import NotTaken
from quartermaster.records.models import RefusedFile
from tests.factories.records import received

PROGRAM = b"MZ\x90\x00" + b"a program that calls home" * 4


def bomb(size: int = 30_000_000) -> bytes:
    """A ZIP file that unpacks to far more."""
    return zipped({"a.bin": bytes(size)})


def zipped(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def told(actor: Actor, at: datetime, content: bytes = PROGRAM, **more: Any) -> str:
    """With what sentence a file is refused."""
    with pytest.raises(NotTaken) as refused:
        received(actor, at, content, **{"name": "invoice.exe", "declared": "image/png", **more})
    assert refused.value.code == "record-not-taken"
    return refused.value.message


def kept(actor: Actor, at: datetime, content: bytes = PROGRAM, **more: Any) -> RefusedFile:
    """A file that was refused and waits for the custodian."""
    told(actor, at, content, **more)
    return RefusedFile.objects.filter(author=actor.person_id, state="waiting").latest("arrived_at")
