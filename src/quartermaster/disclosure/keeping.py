"""Keeping what the room makes, sealed; and opening it again."""

import hashlib
from datetime import datetime
from io import BytesIO

from quartermaster.disclosure.models import SealedFile
from quartermaster.files import actions as files
from quartermaster.files.errors import FileMissing
from quartermaster.files.queries import open_file
from quartermaster.files.rules import safe_name
from quartermaster.kernel import vault
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor
from quartermaster.records import sealing
from quartermaster.records.errors import RecordDamaged

LARGEST = 1024 * 1024 * 1024


def keep(*, content: bytes, name: str, media_type: str, actor: Actor, at: datetime) -> SealedFile:
    """Keep a file sealed under a key of its own, in the caller's act."""
    secret, key = sealing.new_key(), new_id()
    kept = files.store(
        content=sealing.sealed(BytesIO(content), secret),  # type: ignore[arg-type]  # it only reads
        media_type="application/octet-stream",
        name="sealed release",
        actor=actor,
        at=at,
        limit=LARGEST,
    )
    return SealedFile.objects.create(
        id=key,
        name=safe_name(name),
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        file=kept,
        sealed_key=vault.seal(secret, place=_place(key)),
        made_at=at,
    )


def read(file: SealedFile) -> bytes:
    """The content, checked to its last byte."""
    secret = vault.unseal(bytes(file.sealed_key), place=_place(file.id))
    try:
        handle = open_file(file.file.digest)
    except FileMissing as problem:
        raise RecordDamaged("This file is missing from the store.") from problem
    return b"".join(sealing.opened(handle, secret))


def _place(key: object) -> str:
    return f"disclosure.file/{key}/key"
