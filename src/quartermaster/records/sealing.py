"""Records at rest: each file under a key of its own, in chunks, so that no cut or swap goes unseen.

A chunk is sealed by AES-256-GCM with its position, and whether it is the last, in the nonce; the
key is fresh for each file and is itself sealed by the vault, bound to the file's row.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from quartermaster.kernel import vault
from quartermaster.records.errors import RecordDamaged

CHUNK = 64 * 1024
TAG = 16
_MAGIC = b"QMR1"


def new_key() -> bytes:
    return os.urandom(32)


def wrap(key: bytes, item_id: object) -> bytes:
    """A file's key, sealed for its row."""
    return vault.seal(key, place=_place(item_id))


def unwrap(sealed: bytes, item_id: object) -> bytes:
    return vault.unseal(sealed, place=_place(item_id))


def _place(item_id: object) -> str:
    return f"records.item/{item_id}/key"


def _nonce(position: int, *, last: bool) -> bytes:
    return struct.pack(">7xIB", position, last)


def closed(content: bytes, key: bytes, part: str) -> bytes:
    """One of several contents under one key: each part has a key of its own that comes of it."""
    return Sealed(BytesIO(content), _of_part(key, part)).read()


def plain(content: bytes | memoryview, key: bytes, part: str) -> bytes:
    """What `closed` sealed as this part."""
    return b"".join(opened(BytesIO(bytes(content)), _of_part(key, part)))


def _of_part(key: bytes, part: str) -> bytes:
    return hmac.digest(key, part.encode(), hashlib.sha256)


def sealed(content: BinaryIO, key: bytes) -> "Sealed":
    """A readable stream of the content, sealed."""
    return Sealed(content, key)


class Sealed:
    """Reads the plain content and gives back the sealed one, some at a time."""

    def __init__(self, content: BinaryIO, key: bytes) -> None:
        self._pieces = _seal(content, key)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """So many bytes at most; empty at the end."""
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        given, self._rest = (self._rest, b"") if size < 0 else _split(self._rest, size)
        return given


def _split(data: bytes, size: int) -> tuple[bytes, bytes]:
    return data[:size], data[size:]


def _seal(content: BinaryIO, key: bytes) -> Iterator[bytes]:
    cipher = AESGCM(key)
    yield _MAGIC
    yield from _worked(
        _exactly(content, CHUNK),
        lambda piece, position, last: cipher.encrypt(_nonce(position, last=last), piece, _MAGIC),
    )


def opened(content: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The plain content, piece by piece; `RecordDamaged` at the first byte that is not right."""
    cipher = AESGCM(key)
    if content.read(len(_MAGIC)) != _MAGIC:
        raise RecordDamaged("This record's file is not as it was stored.")
    try:
        yield from _worked(
            _exactly(content, CHUNK + TAG),
            lambda piece, position, last: cipher.decrypt(
                _nonce(position, last=last), piece, _MAGIC
            ),
        )
    except (InvalidTag, ValueError) as problem:
        raise RecordDamaged("This record's file is not as it was stored.") from problem


def _worked(pieces: Iterable[bytes], work: Callable[[bytes, int, bool], bytes]) -> Iterator[bytes]:
    """Each piece with its position, and the last one known as such."""
    waiting = None
    position = 0
    for piece in pieces:
        if waiting is not None:
            yield work(waiting, position, False)  # noqa: FBT003 (a callable's order)
            position += 1
        waiting = piece
    yield work(waiting if waiting is not None else b"", position, True)  # noqa: FBT003


def _exactly(content: BinaryIO, size: int) -> Iterator[bytes]:
    while piece := _full(content, size):
        yield piece


def _full(content: BinaryIO, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = content.read(size - len(found))
        if not more:
            break
        found += more
    return found
