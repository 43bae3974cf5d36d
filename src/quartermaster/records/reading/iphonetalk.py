"""Messages of an iPhone as ``imessage-exporter`` writes them: what its text and its pages share.

An answer stands twice: below the message that it answers, and where it was said. The first is
left out wherever the second is there.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from quartermaster.records.reading.bounds import LONGEST_BODY, MOST_MESSAGES
from quartermaster.records.reading.gathering import Gatherer, Thread
from quartermaster.records.reading.given import Given
from quartermaster.records.reading.phones import alike
from quartermaster.records.reading.result import Attachment, Kind, Message, Participant, Platform

OWNER, ME = "owner", "Me"
DATE = r"[A-Z][a-z]{2} \d{2}, \d{4}\s{1,2}\d{1,2}:\d{2}:\d{2}\s[AP]M"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PARTS = re.compile(r"(\w{3}) (\d{2}), (\d{4})\s+(\d{1,2}):(\d{2}):(\d{2})\s([AP])M")
_ROW = re.compile(r" - \d+$")  # the number that is put behind the name of a group
_NOON = 12
_LONGEST_NAME = 200


@dataclass
class Entry:
    """A message while it is read. ``inner``: it stands below what it answers."""

    where: str
    date: str
    sender: str = ""
    sent: bool = False
    notice: bool = False
    inner: bool = False
    answers: bool = False
    body: list[str] = field(default_factory=list)
    files: dict[str, Attachment | None] = field(default_factory=dict)  # by their places
    size: int = 0

    def say(self, lines: Iterable[str]) -> None:
        """More words; no more of them than show that there are too many."""
        for line in lines:
            if self.size <= LONGEST_BODY:
                self.body.append(line)
                self.size += len(line) + 1


def moment_of(written: str, zone: tzinfo) -> datetime | None:
    """The time that is written, on the clock of a zone; months are always English."""
    found = _PARTS.match(written)
    if found is None or found[1] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[place]) for place in (2, 3, 4, 5, 6))
    if not 1 <= hour <= _NOON:
        return None
    hour = hour % _NOON + (_NOON if found[7] == "P" else 0)
    try:
        return datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def title_of(name: str) -> str:
    """The people or the group that the file is named after."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    return _ROW.sub("", stem).strip()[:_LONGEST_NAME] or "Messages"


class Talk:
    """The entries of one file, until it ends."""

    def __init__(self, gatherer: Gatherer, given: Given) -> None:
        self._gatherer, self._given = gatherer, given
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        said = entry.date or entry.sender or entry.body or entry.files
        if (
            said and len(self._entries) <= 2 * MOST_MESSAGES
        ):  # more than may be kept are refused below
            self._entries.append(entry)

    def finish(self) -> bool:
        """Give them over; whether there was one."""
        if not self._entries:
            return False
        title = title_of(self._given.name)
        thread = self._gatherer.thread(f"{Platform.IPHONE}:{title}", Platform.IPHONE, title)
        said = Counter((one.date, one.sender) for one in self._entries if one.answers)
        for entry in self._entries:
            if entry.inner and said[entry.date, entry.sender]:
                said[entry.date, entry.sender] -= 1
                continue
            self._give(entry, thread)
        return True

    def _give(self, entry: Entry, thread: Thread) -> None:
        at = moment_of(entry.date, self._given.zone)
        if at is None:
            self._gatherer.fault(entry.where, "The date of a message cannot be read.")
        original = {"date": entry.date[:60], "sender": entry.sender[:_LONGEST_NAME]}
        sender = "" if entry.notice else thread.meet(_person(entry))
        message = Message(
            at,
            sender,
            "\n".join(entry.body).strip("\n"),
            Kind.NOTICE if entry.notice else Kind.MESSAGE,
            None if entry.notice else sender == OWNER,
            tuple(found or _missing(path) for path, found in entry.files.items()),
            {name: value for name, value in original.items() if value},
        )
        self._gatherer.add(thread, message, entry.where)


def _missing(path: str) -> Attachment:
    name = path.replace("\\", "/").rpartition("/")[2][:_LONGEST_NAME] or "file"
    return Attachment(name, why="The export does not have its content.")


def _person(entry: Entry) -> Participant:
    who = entry.sender[:_LONGEST_NAME]
    if entry.sent or who == ME:
        return Participant(OWNER, "" if who == ME else who, owner=True)
    key = alike(who)
    addressed = "@" in who or key.startswith("+") or key.isdigit()
    return Participant(key or "?", "" if addressed else who, who if addressed else "")
