"""What a parser finds is gathered here, by conversation, within the bounds of all of them."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import bounds
from quartermaster.records.reading.result import (
    Attachment,
    Conversation,
    Fault,
    Message,
    Participant,
    Platform,
)

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class TooMuch(Unfit):
    """There is more in an export than may be taken at once: no part of it is."""


Keep = Callable[[str, bytes], None]


@dataclass
class Thread:
    """A conversation while it is being read."""

    key: str
    platform: Platform
    title: str
    people: dict[str, Participant] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def meet(self, person: Participant) -> str:
        """Somebody takes part; a name that is told later is taken."""
        known = self.people.get(person.key)
        if known is None and len(self.people) < bounds.MOST_PEOPLE:
            self.people[person.key] = person
        elif known is not None and not known.name and person.name:
            self.people[person.key] = replace(known, name=person.name)
        return person.key

    def whole(self) -> Conversation:
        """In the order of time; what has none stays where it was found."""
        keyed, last = [], _BEFORE_ALL
        for place, message in enumerate(self.messages):
            last = message.at or last
            keyed.append((last, place, message))
        keyed.sort(key=lambda one: one[:2])
        messages = tuple(message for _, _, message in keyed)
        people = tuple(self.people.values())
        return Conversation(self.key, self.platform, self.title, people, messages)


class Gatherer:
    """Takes messages, files and faults. ``keep`` is given each file once, by its digest."""

    def __init__(self, keep: Keep, *, largest_file: int = bounds.LARGEST_FILE) -> None:
        self._keep = keep
        self._kept: set[str] = set()
        self.largest_file = largest_file
        self.threads: dict[str, Thread] = {}
        self.faults: list[Fault] = []
        self.more_faults = 0
        self.question: dict[str, Any] = {}
        self._messages = self._characters = self._files = 0

    def thread(self, key: str, platform: Platform, title: str) -> Thread:
        known = self.threads.get(key)
        if known is None:
            if len(self.threads) >= bounds.MOST_THREADS:
                raise TooMuch("There are too many conversations in it. Export fewer at once.")
            known = self.threads[key] = Thread(key, platform, title[:200])
        return known

    def add(self, thread: Thread, message: Message, where: str = "") -> None:
        """One message more."""
        if len(message.body) > bounds.LONGEST_BODY:
            self.fault(where, f"A message is longer than {bounds.LONGEST_BODY:,} characters.")
            return
        self._messages += 1
        self._characters += len(message.body) + sum(map(len, message.original.values()))
        if self._messages > bounds.MOST_MESSAGES or self._characters > bounds.MOST_CHARACTERS:
            raise TooMuch("There are too many messages in it. Export fewer conversations at once.")
        thread.messages.append(message)

    def fault(self, where: str, why: str) -> None:
        """Something could not be read; it is told, never passed over."""
        if len(self.faults) >= bounds.MOST_FAULTS:
            self.more_faults += 1
        else:
            self.faults.append(Fault(where[:200], why[:300]))

    def file(self, name: str, media_type: str, pieces: Iterable[bytes]) -> Attachment:
        """A file that belongs to a message."""
        shown = name.replace("\\", "/").rpartition("/")[2][:200] or "unnamed"
        self._files += 1
        if self._files > bounds.MOST_FILES:
            raise TooMuch("There are too many files in it. Export fewer conversations at once.")
        content = bytearray()
        for piece in pieces:
            content += piece
            if len(content) > self.largest_file:
                return Attachment(shown, media_type[:127], why="It is larger than a file may be.")
        digest = hashlib.sha256(content).hexdigest()
        if digest not in self._kept:
            self._keep(digest, bytes(content))
            self._kept.add(digest)
        return Attachment(shown, media_type[:127], len(content), digest)

    def encoded(self, name: str, media_type: str, text: str) -> Attachment:
        """A file that is written in base64."""
        if len(text) > self.largest_file * 3 // 2:
            return Attachment(name[:200], media_type[:127], why="It is larger than a file may be.")
        try:
            content = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            return Attachment(name[:200], media_type[:127], why="Its content is damaged.")
        return self.file(name, media_type, [content])


def cut(given: Mapping[str, str], *names: str) -> dict[str, str]:
    """Some fields as the export has them, without what is empty; long ones are cut."""
    return {
        name: given[name][: bounds.LONGEST_FIELD]
        for name in names
        if given.get(name) not in {None, "", "null"}
    }
