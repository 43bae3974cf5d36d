"""Files on their way into the store: how large one may be, and sealed before anything is kept."""

from datetime import datetime
from typing import BinaryIO

from django.conf import settings

from quartermaster.files import actions as files
from quartermaster.files.models import StoredFile
from quartermaster.files.rules import MEGABYTE
from quartermaster.kernel.permits import Actor
from quartermaster.records import sealing

SEALED_TYPE, SEALED_NAME = "application/octet-stream", "sealed record"


def largest() -> int:
    """How many bytes a file may have in this installation."""
    return int(settings.RECORD_LARGEST_MB) * MEGABYTE


def store_sealed(content: BinaryIO, secret: bytes, actor: Actor, at: datetime) -> StoredFile:
    """Keep the whole content, sealed under its key, in the caller's act."""
    content.seek(0)
    return files.store(
        content=sealing.sealed(content, secret),  # type: ignore[arg-type]  # it only reads
        media_type=SEALED_TYPE,
        name=SEALED_NAME,
        actor=actor,
        at=at,
        limit=2 * largest(),
    )
