"""Where the bytes are: a store keeps content under its SHA-256 and never overwrites.

The local folder is the default. Another kind (S3 with object lock) fulfils the same protocol and
is set by `install`.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, Protocol

from django.conf import settings

from quartermaster.files.errors import FileDamaged, FileMissing, FileTooLarge

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """What a store has taken in."""

    digest: str
    size: int


class FileStore(Protocol):
    """Content-addressed storage."""

    def put(self, chunks: Iterable[bytes], *, limit: int) -> Kept:
        """Keep the content durably; `FileTooLarge` (and nothing kept) beyond ``limit`` bytes."""
        ...

    def open(self, digest: str) -> BinaryIO:
        """The content as stored, unchecked; `FileMissing` where there is none."""
        ...

    def digests(self) -> Iterator[str]:
        """The digest of everything kept."""
        ...

    def delete(self, digest: str) -> None:
        """Remove the content for good, every version of it; nothing happens where there is none."""
        ...

    def replace(self, digest: str, chunks: Iterable[bytes], *, limit: int) -> None:
        """Put whole content in the place of what is damaged or missing; nothing else is taken."""
        ...


class LocalStore:
    """A folder: ``ab/cd/abcd…``, each file written aside, synced, and linked into its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, chunks: Iterable[bytes], *, limit: int) -> Kept:
        with self._aside(chunks, limit) as (fresh, kept):
            self._link(fresh, kept.digest)
        return kept

    @contextmanager
    def _aside(self, chunks: Iterable[bytes], limit: int) -> Iterator[tuple[Path, Kept]]:
        """The content written and synced under a name of its own, gone at the end."""
        folder = self.folder / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            with fresh.open("xb") as out:
                kept = copied(chunks, out, limit)
                out.flush()
                os.fsync(out.fileno())
                os.fchmod(out.fileno(), 0o440)
            yield fresh, kept
        finally:
            fresh.unlink(missing_ok=True)

    def _link(self, fresh: Path, digest: str) -> None:
        place = self._place(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(fresh, place)
        except FileExistsError:
            return  # the same content is there already; it is never overwritten
        self._sync(place)

    def _sync(self, place: Path) -> None:
        for folder in (place.parent, place.parent.parent, self.folder):
            _sync_folder(folder)

    def open(self, digest: str) -> BinaryIO:
        try:
            return self._place(digest).open("rb")
        except FileNotFoundError:
            raise FileMissing("This file is not in the store.", digest=digest) from None

    def digests(self) -> Iterator[str]:
        for path in sorted(self.folder.glob("??/??/*")):
            yield path.name

    def delete(self, digest: str) -> None:
        place = self._place(digest)
        place.unlink(missing_ok=True)
        if place.parent.is_dir():
            _sync_folder(place.parent)

    def replace(self, digest: str, chunks: Iterable[bytes], *, limit: int) -> None:
        with self._aside(chunks, limit) as (fresh, kept):
            if kept.digest != digest:
                raise FileDamaged("This is not the content that was lost.", digest=digest)
            place = self._place(digest)
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh.replace(place)
            self._sync(place)

    def _place(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest[2:4] / digest


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_installed: list[FileStore] = []


def install(store: FileStore) -> None:
    """Use another store than the local folder (done by ``config``)."""
    _installed[:] = [store]


def current() -> FileStore:
    """The store in use."""
    return _installed[0] if _installed else LocalStore(Path(settings.DATA) / "files")


_replicas: list[FileStore] = []


def install_replica(store: FileStore | None) -> None:
    """Keep everything in a second store, too (done by ``config``); None: in none."""
    _replicas[:] = [store] if store is not None else []


def replica() -> FileStore | None:
    """The second store, where there is one."""
    return _replicas[0] if _replicas else None


def chunks_of(content: bytes | BinaryIO) -> Iterator[bytes]:
    """Bytes or an open file, piece by piece."""
    if isinstance(content, bytes | bytearray | memoryview):
        yield bytes(content)
        return
    while chunk := content.read(CHUNK):
        yield chunk


def sha256_of(pieces: Iterable[bytes]) -> str:
    """The digest under which a store would keep these pieces."""
    sha = hashlib.sha256()
    for piece in pieces:
        sha.update(piece)
    return sha.hexdigest()


def copied(chunks: Iterable[bytes], out: IO[bytes], limit: int) -> Kept:
    """Write content out and find its digest and size; `FileTooLarge` beyond the limit."""
    sha, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(
                f"The file is larger than {limit:,} bytes. Send a smaller one.", limit=limit
            )
        sha.update(chunk)
        out.write(chunk)
    return Kept(sha.hexdigest(), size)
