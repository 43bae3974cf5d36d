"""One file to the texts within it: an archive's members, a workbook's sheets, an interchange."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from quartermaster.usage.reading.bounds import BOUNDS, Bounds, FileRefused
from quartermaster.usage.reading.texts import to_utf8
from quartermaster.usage.reading.workbooks import sheets_of
from quartermaster.usage.reading.x12 import is_interchange, tables_of

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER = (
    (b"\xd0\xcf\x11\xe0", "an old workbook (.xls) or one with a password. Save it as .xlsx"),
    (b"%PDF", "a PDF. Ask the carrier for the data file"),
    (b"\x1f\x8b", "a gzip archive. Unpack it first, or send a ZIP"),
    (b"Rar!", "a RAR archive. Unpack it first, or send a ZIP"),
    (b"7z\xbc\xaf", "a 7-Zip archive. Unpack it first, or send a ZIP"),
)
_BLOCK = 1024 * 1024
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)


@dataclass(frozen=True)
class Text:
    """A text in UTF-8 on the disk. ``name`` says where in the file it was."""

    name: str
    path: Path
    rows_before: int = 0  # rows that the original has before those of this text


def texts_of(path: Path, name: str, work: Path, *, bounds: Bounds = BOUNDS) -> Iterator[Text]:
    """Every text within a file, written into the folder ``work`` one by one.

    Raises:
        FileRefused: it is no such file, or larger than it may be.
    """
    with path.open("rb") as source:
        yield from _texts(source, name, work, bounds, nested=False)


def _texts(
    source: BinaryIO, name: str, work: Path, bounds: Bounds, *, nested: bool
) -> Iterator[Text]:
    head = source.read(8)
    source.seek(0)
    if not head:
        raise FileRefused(f"{name} is empty.")
    for mark, what in _OTHER:
        if head.startswith(mark):
            raise FileRefused(f"{name} is {what}.")
    if head.startswith(_ZIP):
        yield from _packed(source, name, work, bounds, nested=nested)
        return
    target = _fresh(work)
    to_utf8(source, target, bounds=bounds)
    if is_interchange(target):
        yield from (Text(f"{name}: {t.name}", t.path) for t in tables_of(target, work, bounds))
        target.unlink()
    else:
        yield Text(name, target)


def _packed(
    source: BinaryIO, name: str, work: Path, bounds: Bounds, *, nested: bool
) -> Iterator[Text]:
    try:
        with zipfile.ZipFile(source) as archive:
            named = [item for item in archive.infolist() if item.filename]
            inside = [item for item in named if not item.is_dir()]
            if any(item.filename == "xl/workbook.xml" for item in inside):
                for sheet, target in sheets_of(source, inside, work, bounds):
                    yield Text(f"{name}: {sheet}", target)
                return
            if nested:
                raise FileRefused(f"{name} is an archive within an archive. Unpack it first.")
            _check(inside, bounds)
            for item in inside:
                yield from _member(archive, item, work, bounds)
    except _DAMAGED as problem:
        raise FileRefused(f"{name} is a damaged archive. Send it again.") from problem


def _check(inside: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if not inside:
        raise FileRefused("The archive is empty.")
    if any(item.flag_bits & 1 for item in inside):
        raise FileRefused("The archive has a password. Send it without one.")
    if len(inside) > bounds.members:
        raise FileRefused(f"The archive has more than {bounds.members} files.")
    if sum(item.file_size for item in inside) > bounds.unpacked:
        raise FileRefused("The archive is too large when unpacked.")


def _member(
    archive: zipfile.ZipFile, item: zipfile.ZipInfo, work: Path, bounds: Bounds
) -> Iterator[Text]:
    """One member; its name is shown and never a path, and its size is counted, not believed."""
    name = item.filename.replace("\\", "/").rsplit("/", 1)[-1][:120] or "a file"
    unpacked = _fresh(work)
    most = min(bounds.unpacked, max(bounds.small, item.compress_size * bounds.ratio))
    written = 0
    with unpacked.open("wb") as out:
        for block in _blocks(archive, item):
            written += len(block)
            if written > most:
                raise FileRefused(f"{name} is much larger unpacked than packed: refused.")
            out.write(block)
    if not written:
        unpacked.unlink()
        return
    try:
        with unpacked.open("rb") as source:
            yield from _texts(source, name, work, bounds, nested=True)
    finally:
        unpacked.unlink(missing_ok=True)


def _blocks(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(item) as packed:
            while block := packed.read(_BLOCK):
                yield block
    except (*_DAMAGED, OSError, ValueError) as problem:
        raise FileRefused("The archive is damaged. Send it again.") from problem


_counter = iter(range(10**12))


def _fresh(work: Path) -> Path:
    return work / f"text-{next(_counter)}.csv"
