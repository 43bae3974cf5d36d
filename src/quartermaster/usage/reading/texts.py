"""Text in whatever coding to UTF-8 with no mark before it, block by block, into a file aside."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from quartermaster.usage.reading.bounds import BOUNDS, Bounds, FileRefused

_BLOCK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT = "This file is no text: it has bytes that no text has. Export it again as CSV or XLSX."


def to_utf8(source: BinaryIO, target: Path, *, bounds: Bounds = BOUNDS) -> str:
    """Write ``source`` as UTF-8 to ``target``, and say what it was written in.

    Without a mark it is UTF-8 where all of it is; else Windows-1252, as older programs write.

    Raises:
        FileRefused: it is no text, or has a line without end.
    """
    start = source.tell()
    head = source.read(4)
    coding = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    mark = next((len(m) for m, _ in _MARKS if head.startswith(m)), 0)
    if not coding:
        source.seek(start)
        coding = "utf-8" if _is_utf8(source) else "windows-1252"
    source.seek(start + mark)
    with target.open("wb") as out:
        for text in _decoded(source, coding):
            out.write(text.encode())
    _check_lines(target, bounds)
    return coding


def _decoded(source: BinaryIO, coding: str) -> Iterator[str]:
    errors = "replace" if coding == "windows-1252" else "strict"  # five bytes have no letter
    decoder = codecs.getincrementaldecoder(coding)(errors)
    try:
        while block := source.read(_BLOCK):
            yield _sound(decoder.decode(block))
        yield _sound(decoder.decode(b"", final=True))
    except UnicodeDecodeError as problem:
        raise FileRefused(f"This file is not sound {coding.upper()}.") from problem


def _sound(text: str) -> str:
    if "\x00" in text:
        raise FileRefused(_NO_TEXT)
    return text


def _is_utf8(source: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := source.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _check_lines(path: Path, bounds: Bounds) -> None:
    """A line without end would be one cell as large as the file."""
    held = 0
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            first, last = block.find(b"\n"), block.rfind(b"\n")
            if first < 0:
                held += len(block)
            else:
                if held + first > bounds.line or _longest(block) > bounds.line:
                    held = bounds.line + 1
                    break
                held = len(block) - last - 1
            if held > bounds.line:
                break
    if held > bounds.line:
        raise FileRefused(f"A line of this file has more than {bounds.line:,} bytes.")


def _longest(block: bytes) -> int:
    if len(block) <= 1:
        return 0
    return max(len(line) for line in block.split(b"\n")[1:-1] or [b""])
