"""Messages of an iPhone as the text of ``imessage-exporter``: a date, a name, words, a blank line.

What answers a message stands below it, set in by four spaces, and once more where it was said.
"""

import re
from collections.abc import Iterable

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.given import FileOf, Given
from quartermaster.records.reading.iphonetalk import DATE, Entry, Talk

ANSWERS = "This message responded to an earlier message."
_NO_NOTICE = "Unable to format announcement!"
_INSET = "    "
_HEADING = re.compile(rf"(?P<date>{DATE})(?: \(Read by [^()]{{1,300}}\))?$")
_NOTICE = re.compile(rf"(?P<date>{DATE}) (?P<said>\S.*)$")
_FOLDER = re.compile(r"(?:[~/]|[A-Za-z]:\\|attachments/).{1,400}\.\w{2,5}$")
_NAME = re.compile(r"[^\s/\\][^/\\]{0,200}\.\w{2,5}$")
_STICKER = re.compile(r"(?:\w+ )?Sticker from .{1,200}?: (?P<path>\S.{0,400})$")


def is_text(head: str) -> bool:
    """Whether its first line is a date as this program writes it."""
    first = head.lstrip("\ufeff\r\n").partition("\n")[0].removesuffix("\r")
    return _HEADING.match(first) is not None or _NOTICE.match(first) is not None


def read(lines: Iterable[str], gatherer: Gatherer, given: Given, file: FileOf) -> None:
    """Read the text of a conversation."""
    reader = _Reader(Talk(gatherer, given), file)
    for number, line in enumerate(lines, start=1):
        reader.take(line, number)
    if not reader.finish():
        raise Unfit("No message is found in it.")


class _Reader:
    def __init__(self, talk: Talk, file: FileOf) -> None:
        self._talk, self._file = talk, file
        self._outer: Entry | None = None
        self._inner: Entry | None = None
        self._blank = True

    def take(self, line: str, number: int) -> None:
        if not self._begins(line, f"line {number:,}"):
            self._says(line)
        self._blank = not line.strip()

    def finish(self) -> bool:
        self._end(self._inner)
        self._end(self._outer)
        return self._talk.finish()

    def _begins(self, line: str, where: str) -> bool:
        """Whether a message, a notice or an answer begins with this line."""
        if line.startswith(_INSET) and self._outer is not None:
            found = _HEADING.match(line[len(_INSET) :])
            if found is not None:
                self._end(self._inner)
                self._inner = Entry(where, found["date"], inner=True)
            return found is not None
        if not self._blank:
            return False
        found = _HEADING.match(line)
        notice = _NOTICE.match(line) if found is None else None
        if found is None and notice is None and line != _NO_NOTICE:
            return False
        self._end(self._inner)
        self._end(self._outer)
        self._inner = None
        if found is not None:
            self._outer = Entry(where, found["date"])
            return True
        said = notice["said"] if notice is not None else line
        self._outer = Entry(where, notice["date"] if notice is not None else "", notice=True)
        self._outer.say([said])
        return True

    def _says(self, line: str) -> None:
        """A line of the message that is open, or of the answer below it."""
        entry, said = self._outer, line
        if self._inner is not None and (line.startswith(_INSET) or not line):
            entry, said = self._inner, line.removeprefix(_INSET)
        if entry is None:
            return
        if not entry.sender and not entry.notice:
            entry.sender = said.strip()
        elif said == ANSWERS:
            entry.answers = True
        elif not self._names_file(said, entry):
            entry.say([said])

    def _names_file(self, said: str, entry: Entry) -> bool:
        """Whether the line is nothing but the place of a file that the export has."""
        sticker = _STICKER.match(said)
        path = sticker["path"] if sticker is not None else said
        placed = _FOLDER.match(path) is not None
        if not placed and _NAME.match(path) is None:
            return False
        known = self._file(path)
        if known is not None or placed:
            entry.files[path] = known
        return known is not None and sticker is None

    def _end(self, entry: Entry | None) -> None:
        if entry is not None:
            self._talk.add(entry)
