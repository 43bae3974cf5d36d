"""A carrier's file as UTF-8, as the engine reads it; a copy lasts as long as it is read."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from quartermaster.usage.rules.profiles import Coding
from quartermaster.usage.warehouse_errors import FileUnreadable

_BLOCK = 4 * 1024 * 1024


@contextmanager
def readable(path: Path, coding: Coding, work: Path) -> Iterator[Path]:
    """The file itself where it is UTF-8, else a copy that is, out of Windows-1252.

    Raises:
        FileUnreadable: it is neither, or no text.
    """
    if any(letter in str(path) for letter in "*?[]{}"):
        raise ValueError("A path with a pattern in it would be more than one file.")
    if coding is not Coding.WINDOWS_1252 and _is_utf8(path):
        yield path
        return
    if coding is Coding.UTF8:
        raise FileUnreadable("This file is not UTF-8, as its profile says.")
    work.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=work, prefix="text-", suffix=".csv") as copy:
        for block in _blocks(path):
            # the five bytes without a letter are kept apart, not dropped
            copy.write(block.decode("windows-1252", "replace").encode())
        copy.flush()
        yield Path(copy.name)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            if b"\x00" in block:
                raise FileUnreadable("This file is no text: it has bytes that no text has.")
            yield block


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
