"""ZIP files of exports: looked into part by part, never unpacked to a disk, within bounds."""

import mimetypes
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import BinaryIO

from quartermaster.files.opening.confined import MEGABYTE, Unfit
from quartermaster.records.reading.gathering import Gatherer, TooMuch
from quartermaster.records.reading.result import Attachment

MOST_PARTS = 20_000
MOST_UNPACKED = 2048 * MEGABYTE
MOST_RATIO = 200
LONGEST_STEM = 40
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d \d\d \d\d - ")
_CHUNK = MEGABYTE


class Package:
    """A ZIP file: its parts by name, each read within what it says of itself."""

    def __init__(self, content: BinaryIO) -> None:
        try:
            self._opened = zipfile.ZipFile(content)
            parts = self._opened.infolist()
        except (
            zipfile.BadZipFile,
            ValueError,
            OSError,
            NotImplementedError,
            OverflowError,
        ) as problem:
            raise Unfit("It is a damaged ZIP file.") from problem
        if len(parts) > MOST_PARTS:
            raise Unfit(f"It has more than {MOST_PARTS:,} parts.")
        unpacked = sum(one.file_size for one in parts)
        packed = sum(one.compress_size for one in parts)
        if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(packed, MEGABYTE // 8):
            raise Unfit("Unpacked it would be far larger than it says, as bombs are.")
        if any(one.flag_bits & 1 for one in parts):
            raise Unfit("It is locked with a password. Export it without one.")
        self.parts = {
            one.filename: one
            for one in parts
            if one.filename and not one.is_dir() and not _of_the_system(one)
        }
        last = Counter(name.rpartition("/")[2] for name in self.parts)
        self._by_last = {
            name.rpartition("/")[2]: name
            for name in self.parts
            if last[name.rpartition("/")[2]] == 1
        }
        self._left = MOST_UNPACKED

    def named(self, last: str) -> str:
        """The whole name of the one part that is called so in some folder; empty where none is."""
        return self._by_last.get(last, "")

    def stamped(self, stamp: str, last: str) -> str:
        """The whole name of the one part that is called so behind a time, as iMazing names files.

        Between the two it names the conversation; of a long name it keeps so many letters.
        """
        stem, dot, ending = last.rpartition(".")
        ends = (f" - {last}", f" - {stem[:LONGEST_STEM]}{dot}{ending}")
        named = (one for one in self._by_stamp.get(f"{stamp} - ", ()) if one.endswith(ends))
        found = list(islice(named, 2))
        return self._by_last[found[0]] if len(found) == 1 else ""

    @cached_property
    def _by_stamp(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for last in self._by_last:
            if match := _STAMP.match(last):
                found.setdefault(match[0], []).append(last)
        return found

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a part; no more of it than the table of the ZIP file says."""
        part = self.parts[name]
        left = part.file_size
        try:
            with self._opened.open(part) as opened:
                while piece := opened.read(_CHUNK):
                    left -= len(piece)
                    self._left -= len(piece)
                    if left < 0 or self._left < 0:
                        raise TooMuch("A part of it is larger than it says.")
                    yield piece
        except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError) as problem:
            raise Damaged(name) from problem
        except zlib.error as problem:
            raise Damaged(name) from problem

    def attachment(self, name: str, gatherer: Gatherer) -> Attachment:
        """A part as a file of a message."""
        kind = mimetypes.guess_type(name)[0] or ""
        try:
            return gatherer.file(name, kind, self.pieces(name))
        except Damaged:
            return Attachment(name.rpartition("/")[2][:200], kind, why="Its content is damaged.")


def _of_the_system(part: zipfile.ZipInfo) -> bool:
    """What a Mac adds to each package."""
    return part.filename.startswith("__MACOSX/") or part.filename.endswith(".DS_Store")


class Damaged(Exception):  # noqa: N818 (an outcome)
    """A part cannot be unpacked."""
