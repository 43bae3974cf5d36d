"""An OLE file: which document it is, and its streams; nothing embedded in it is opened."""

from collections.abc import Callable, Iterator
from functools import partial
from os import SEEK_END
from typing import BinaryIO

import olefile  # type: ignore[import-untyped]

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.legacy import sheets, slides, word
from quartermaster.records.reading.office import MOST_CHARACTERS

MAIL = "__properties_version1.0"
_LOCKED = "It is locked with a password. Unlock it first."


class Opened:
    """The streams of an OLE file by name."""

    def __init__(self, content: BinaryIO) -> None:
        self._ole = olefile.OleFileIO(content, raise_defects=olefile.DEFECT_FATAL)
        self.names = {"/".join(path) for path in self._ole.listdir()}
        streams = sum(self._ole.get_size(name) for name in self.names)
        # a chain of sectors that comes back to itself is read as often as the size says
        if max(streams, self._ole.root.size) > content.seek(0, SEEK_END):
            raise Unfit("It says that there is more in it than it is large, as bombs do.")

    def stream(self, name: str) -> bytes:
        if name not in self.names:
            raise Unfit("It is damaged: a part of it is not there.")
        with self._ole.openstream(name) as opened:
            return bytes(opened.read())


_READERS: dict[str, Callable[[Opened], Iterator[str]]] = {
    "WordDocument": lambda opened: word.texts(opened.stream),
    "Workbook": lambda opened: sheets.texts(opened.stream("Workbook")),
    "Book": lambda opened: sheets.texts(opened.stream("Book")),
    "PowerPoint Document": lambda opened: slides.texts(opened.stream),
}


def is_mail(content: BinaryIO) -> bool:
    """Whether it is a message of Outlook."""
    return MAIL in opened_ole(content).names


def texts_of(content: BinaryIO) -> Iterator[str]:
    """The text of a document, piece by piece; none where it is of a kind that is not read.

    Raises:
        Unfit: it is damaged, locked, or has more text than may be read.
    """
    opened = opened_ole(content)
    if "EncryptedPackage" in opened.names:
        raise Unfit(_LOCKED)
    for name, reader in _READERS.items():
        if name not in opened.names or (name == "Book" and "Workbook" in opened.names):
            continue  # one that is there for both kinds of programs is read once
        yield from _bounded(_each(partial(reader, opened)))


def sheets_in(content: bytes) -> Iterator[str]:
    """The text of a workbook of before there was OLE; `Unfit` as above."""
    yield from _bounded(_each(partial(sheets.texts, content)))


def _bounded(texts: Iterator[str]) -> Iterator[str]:
    left = MOST_CHARACTERS
    for text in texts:
        left -= len(text)
        if left < 0:
            raise Unfit("There is more text in it than may be read.")
        if text.strip():
            yield text


def opened_ole(content: BinaryIO) -> Opened:
    """Its streams, none of which is read yet; `Unfit` where it is damaged or a bomb."""
    content.seek(0)
    try:
        return Opened(content)
    except (MemoryError, Unfit):
        raise
    except Exception as problem:  # whatever the library stumbles on
        raise Unfit("It is damaged, or no document.") from problem


def _each(begin: Callable[[], Iterator[str]]) -> Iterator[str]:
    """The texts, up to where a damaged document breaks off."""
    try:
        yield from begin()
    except (MemoryError, Unfit):
        raise
    except Exception as problem:  # as above: streams are read while their text is
        raise Unfit("It is damaged: its text cannot be read.") from problem
