"""Reading a bag that somebody sends: nothing is unpacked, everything is compared first."""

import hashlib
import json
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quartermaster.files.stores import sha256_of
from quartermaster.records.bags import layout
from quartermaster.records.bags.layout import refused

_CHUNK = 1024 * 1024
_LARGEST_RECORD = 1024 * 1024


class FileIn(BaseModel):
    """A file of a record, as its description names it."""

    model_config = ConfigDict(extra="ignore")
    path: str = Field(max_length=1000)
    name: str = Field(alias="originalName", min_length=1, max_length=200)
    media_type: str = Field(alias="format", max_length=127)
    digest: str = Field(alias="messageDigest", pattern=r"^[0-9a-f]{64}$")


class FactsIn(BaseModel):
    """What was said of a record."""

    model_config = ConfigDict(extra="ignore")
    about: str = Field(max_length=300)
    with_whom: str = Field(alias="with", max_length=500)
    on: str = Field(max_length=10)
    source: str = Field(max_length=20)
    account: str = Field("", max_length=120)
    note: str = Field("", max_length=4000)


class RecordIn(BaseModel):
    """A record of a bag."""

    model_config = ConfigDict(extra="ignore")
    number: str = Field(alias="objectIdentifier", min_length=1, max_length=40)
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    facts: FactsIn
    files: list[FileIn] = Field(alias="objects", min_length=1, max_length=100)


@dataclass(frozen=True)
class Bag:
    """A bag that was compared with its manifests: what it holds can be read."""

    archive: zipfile.ZipFile
    prefix: str
    records: tuple[RecordIn, ...]
    digest: str

    def open(self, path: str) -> IO[bytes]:
        """A file of the payload."""
        return self.archive.open(self.prefix + path)


def read_bag(content: IO[bytes]) -> Bag:
    """A bag, sound to its last byte.

    Raises:
        BagRefused: it is no ZIP file with one bag, too large, not what its manifests say, leads
            elsewhere, or holds no records.
    """
    try:
        archive = zipfile.ZipFile(content)
        prefix, names = _listed(archive)
        named = _manifests(archive, prefix, names)
        for path, digest in named.items():
            _compare(archive, prefix, path, digest)
        whole = hashlib.sha256(_tag(archive, prefix, layout.MANIFEST).encode()).hexdigest()
        return Bag(archive, prefix, tuple(_records(archive, prefix, named)), whole)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as problem:
        raise refused("It is no ZIP file that can be read.") from problem


def _listed(archive: zipfile.ZipFile) -> tuple[str, list[str]]:
    """The folder of the bag, and the paths in it; what is too much or odd is refused."""
    # a part without a name is no folder, and refused below
    rows = [row for row in archive.infolist() if not (row.filename and row.is_dir())]
    if not 1 <= len(rows) <= layout.MOST_FILES:
        raise refused(f"It has no files, or more than {layout.MOST_FILES:,}.")
    if sum(row.file_size for row in rows) > layout.LARGEST:
        raise refused("It is larger than what is taken.")
    for row in rows:
        layout.safe_path(row.filename)
        kind = stat.S_IFMT(row.external_attr >> 16)
        if kind not in {0, stat.S_IFREG} or row.flag_bits & 1:
            raise refused("It holds a link, or something that is locked.")
        if row.file_size > layout.MOST_RATIO * max(row.compress_size, 1) + _CHUNK:
            raise refused("Something in it is packed too tightly.")
    layout.folded_once(row.filename for row in rows)
    tops = {row.filename.split("/", 1)[0] for row in rows}
    if len(tops) != 1 or any("/" not in row.filename for row in rows):
        raise refused("It is not one folder.")
    prefix = f"{tops.pop()}/"
    return prefix, [row.filename.removeprefix(prefix) for row in rows]


def _tag(archive: zipfile.ZipFile, prefix: str, path: str) -> str:
    try:
        row = archive.getinfo(prefix + path)
    except KeyError:
        raise refused(f"It has no {path}.") from None
    if row.file_size > layout.LARGEST_TAG:
        raise refused(f"{path} is too large.")
    try:
        return archive.read(row).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(f"{path} is not in UTF-8.") from None


def _manifests(archive: zipfile.ZipFile, prefix: str, names: list[str]) -> dict[str, str]:
    """Payload and tag files by their digests; nothing is missing and nothing is more."""
    layout.declaration(_tag(archive, prefix, "bagit.txt"))
    if "fetch.txt" in names:
        raise refused("It lacks files that would have to be fetched; nothing is fetched.")
    payload = layout.manifest(_tag(archive, prefix, layout.MANIFEST))
    layout.compare(names, payload)
    tags = layout.manifest(_tag(archive, prefix, layout.TAGS)) if layout.TAGS in names else {}
    known = {"bagit.txt", "bag-info.txt", layout.MANIFEST, layout.TAGS}
    for path in names:
        if not path.startswith("data/") and path not in known and path not in tags:
            raise refused(f"{path} is in the bag and in no manifest.")
    if missing := sorted(set(tags) - set(names)):
        raise refused(f"{missing[0]} is in its manifest and not in the bag.")
    return {**payload, **tags}


def _compare(archive: zipfile.ZipFile, prefix: str, path: str, digest: str) -> None:
    with archive.open(prefix + path) as content:
        found = sha256_of(pieces(content))
    if found != digest:
        raise refused(f"{path} is not what its manifest says.")


def pieces(content: IO[bytes]) -> Iterator[bytes]:
    """A file, some at a time."""
    while piece := content.read(_CHUNK):
        yield piece


def _records(archive: zipfile.ZipFile, prefix: str, named: dict[str, str]) -> Iterator[RecordIn]:
    paths = sorted(path for path in named if path.endswith(f"/{layout.RECORD}"))
    if not 1 <= len(paths) <= layout.MOST_RECORDS:
        raise refused("It holds no records, or too many.")
    told: set[str] = set(paths)
    for path in paths:
        record = _described(archive, prefix, path)
        for file in record.files:
            if named.get(file.path) != file.digest or file.path in told:
                raise refused(f"{record.number} names a file that is not in the bag as it says.")
            told.add(file.path)
        yield record
    if extra := sorted(path for path in named if path.startswith("data/") and path not in told):
        raise refused(f"{extra[0]} belongs to no record.")


def _described(archive: zipfile.ZipFile, prefix: str, path: str) -> RecordIn:
    if archive.getinfo(prefix + path).file_size > _LARGEST_RECORD:
        raise refused(f"{path} is too large.")
    try:
        said: Any = json.loads(archive.read(prefix + path))
        return RecordIn.model_validate(said)
    except (ValueError, ValidationError, RecursionError):
        raise refused(f"{path} does not describe a record.") from None
