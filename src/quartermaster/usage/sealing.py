"""Carriers' files at rest: each under a key of its own, which the vault seals for its row."""

from collections.abc import Iterator

from quartermaster.files.queries import open_large
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import UUID
from quartermaster.records import sealing as cipher
from quartermaster.usage.models import CarrierFile

new_key = cipher.new_key
sealed = cipher.sealed


def wrap(key: bytes, file_id: UUID) -> bytes:
    return vault.seal(key, place=_place(file_id, "key"))


def opened(file: CarrierFile) -> Iterator[bytes]:
    """The file as it came, piece by piece; anything that is not as it was stored is an error."""
    if file.sealed_key is None:
        raise Conflict("The key of this file was destroyed; it cannot be read any longer.")
    key = vault.unseal(bytes(file.sealed_key), place=_place(file.id, "key"))
    with open_large(file.stored.digest) as content:
        yield from cipher.opened(content, key)


def seal_row(text: str, file_id: UUID) -> bytes:
    """The text of a refused row of call detail."""
    return vault.seal(text.encode(), place=_place(file_id, "row"))


def unseal_row(blob: bytes, file_id: UUID) -> str:
    return vault.unseal(bytes(blob), place=_place(file_id, "row")).decode()


def _place(file_id: UUID, what: str) -> str:
    return f"usage.carrierfile/{file_id}/{what}"
