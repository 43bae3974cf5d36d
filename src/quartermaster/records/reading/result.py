"""What every export becomes: conversations of participants, with their messages and files.

The written form (`dumped`, `loaded`) is what is kept of a conversation as a record; it is
described in docs/guides/saving-records.md.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

FORMAT = "quartermaster-conversation-1"
MEDIA_TYPE = "application/vnd.quartermaster.conversation+json"


class Platform(StrEnum):
    """Where the conversation was."""

    SMS = "sms"
    CALLS = "calls"
    WHATSAPP = "whatsapp"
    SIGNAL = "signal"
    IPHONE = "iphone"
    MAIL = "mail"

    @property
    def label(self) -> str:
        return {
            Platform.SMS: "Text messages",
            Platform.CALLS: "Calls",
            Platform.WHATSAPP: "WhatsApp",
            Platform.SIGNAL: "Signal",
            Platform.IPHONE: "Messages of an iPhone",
            Platform.MAIL: "E-mail",
        }[self]


class Kind(StrEnum):
    """What an entry of a conversation is."""

    MESSAGE = "message"
    CALL = "call"
    NOTICE = "notice"


@dataclass(frozen=True)
class Participant:
    """A person as the export names them; ``owner`` is whose phone or account it was."""

    key: str
    name: str
    address: str = ""
    owner: bool = False

    @property
    def shown(self) -> str:
        if self.name and self.address and self.name != self.address:
            return f"{self.name} ({self.address})"
        return self.name or self.address or self.key


@dataclass(frozen=True)
class Attachment:
    """A file of a message. Without a digest its content is not here; ``why`` says so."""

    name: str
    media_type: str = ""
    size: int = 0
    digest: str = ""
    why: str = ""


@dataclass(frozen=True)
class Message:
    """One entry: who, when, what, with which files, and how the export itself has it."""

    at: datetime | None
    sender: str
    body: str
    kind: Kind = Kind.MESSAGE
    outgoing: bool | None = None
    attachments: tuple[Attachment, ...] = ()
    original: Mapping[str, str] = field(default_factory=dict)

    def day(self, zone: Any) -> str:
        return self.at.astimezone(zone).date().isoformat() if self.at else ""


@dataclass(frozen=True)
class Conversation:
    """A row of messages among the same people, in their order."""

    key: str
    platform: Platform
    title: str
    participants: tuple[Participant, ...]
    messages: tuple[Message, ...]

    @property
    def people(self) -> dict[str, Participant]:
        return {one.key: one for one in self.participants}

    @property
    def span(self) -> tuple[datetime | None, datetime | None]:
        times = [message.at for message in self.messages if message.at is not None]
        return (min(times), max(times)) if times else (None, None)

    def owned_by(self, key: str) -> "Conversation":
        """The same, where one participant is known to be whose export it is."""
        if key not in self.people:
            return self
        people = tuple(replace(one, owner=one.key == key) for one in self.participants)
        messages = tuple(
            replace(one, outgoing=one.sender == key)
            if one.kind is not Kind.NOTICE and one.sender
            else one
            for one in self.messages
        )
        return replace(self, participants=people, messages=messages)


@dataclass(frozen=True)
class Fault:
    """What could not be read: where, and why."""

    where: str
    why: str


def plain(conversation: Conversation) -> dict[str, Any]:
    """The conversation as plain values."""
    return {
        "key": conversation.key,
        "platform": conversation.platform.value,
        "title": conversation.title,
        "participants": [vars(one) for one in conversation.participants],
        "messages": [_plain_message(one) for one in conversation.messages],
    }


def _plain_message(message: Message) -> dict[str, Any]:
    return {
        "at": message.at.astimezone(UTC).isoformat() if message.at else None,
        "sender": message.sender,
        "kind": message.kind.value,
        "body": message.body,
        "outgoing": message.outgoing,
        "attachments": [vars(one) for one in message.attachments],
        "original": dict(message.original),
    }


def of_plain(given: Mapping[str, Any]) -> Conversation:
    """The conversation of such values."""
    return Conversation(
        key=given["key"],
        platform=Platform(given["platform"]),
        title=given["title"],
        participants=tuple(Participant(**one) for one in given["participants"]),
        messages=tuple(_message(one) for one in given["messages"]),
    )


def _message(given: Mapping[str, Any]) -> Message:
    return Message(
        at=datetime.fromisoformat(given["at"]) if given["at"] else None,
        sender=given["sender"],
        body=given["body"],
        kind=Kind(given["kind"]),
        outgoing=given["outgoing"],
        attachments=tuple(Attachment(**one) for one in given["attachments"]),
        original=given["original"],
    )


def dumped(conversation: Conversation, **more: Any) -> bytes:
    """The written form; ``more`` says where it is taken from."""
    whole = {"format": FORMAT, **more, "conversation": plain(conversation)}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def loaded(content: bytes) -> tuple[Conversation, dict[str, Any]]:
    """What was written, and what was said of where it is from; `ValueError` where it is not it."""
    try:
        whole = json.loads(content)
        if whole.pop("format") != FORMAT:
            raise ValueError("It is another format.")
        return of_plain(whole.pop("conversation")), whole
    except (KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ValueError("It is no conversation.") from problem


def transcript(conversation: Conversation, zone: Any) -> str:
    """The conversation as a person reads it."""
    return "".join(_written(conversation, zone))


def bodies_in(conversation: Conversation, zone: Any) -> list[int]:
    """Where the words of each message begin in the transcript."""
    places, at = [], 0
    for number, piece in enumerate(_written(conversation, zone)):
        if number and number % _PIECES == _BODY:
            places.append(at)
        at += len(piece)
    return places


_PIECES, _BODY = 3, 2  # a heading first; then of each message its own heading, its words, its files


def _written(conversation: Conversation, zone: Any) -> Iterator[str]:
    people = conversation.people
    those = "; ".join(one.shown for one in conversation.participants)
    yield f"{conversation.platform.label}: {conversation.title}\nParticipants: {those}\n\n"
    for message in conversation.messages:
        when = message.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if message.at else "?"
        who = people[message.sender].shown if message.sender in people else message.sender
        yield f"[{when}] {who + ': ' if who else ''}"
        yield message.body
        files = (
            f"\n    [file: {one.name}{', ' + one.why if one.why else ''}]"
            for one in message.attachments
        )
        yield "".join(files) + "\n"
