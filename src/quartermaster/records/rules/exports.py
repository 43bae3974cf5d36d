"""Choosing out of an export: what a pick reaches, and by what a message is known again."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any

from quartermaster.kernel.errors import InvalidInput
from quartermaster.records.reading.result import Conversation, Message, Participant, Platform
from quartermaster.records.rules.capture import (
    EARLIEST,
    LONGEST_ABOUT,
    LONGEST_PEOPLE,
    Source,
    plain,
)
from quartermaster.records.rules.holds import said

MOST_STAGED = 3
MOST_FILES = 500
MOST_NUMBERS = 100_000
SOURCES: Mapping[Platform, Source] = {
    Platform.SMS: Source.MESSAGE,
    Platform.IPHONE: Source.MESSAGE,
    Platform.CALLS: Source.VOICE,
    Platform.WHATSAPP: Source.CHAT,
    Platform.SIGNAL: Source.CHAT,
    Platform.MAIL: Source.MAIL,
}


class How(StrEnum):
    """How much of a conversation is chosen."""

    WHOLE = "whole"
    DAYS = "days"
    SOME = "some"

    @property
    def label(self) -> str:
        return {
            How.WHOLE: "All of it",
            How.DAYS: "Some days",
            How.SOME: "Only the messages ticked below",
        }[self]


@dataclass(frozen=True)
class Pick:
    """What is chosen of one conversation, and what is said of it."""

    how: How
    about: str
    with_whom: str
    since: date | None = None
    until: date | None = None
    numbers: frozenset[int] = frozenset()
    me: str = ""

    def checked(self) -> "Pick":
        """The same, trimmed; `InvalidInput` where something is missing."""
        if self.how is How.DAYS and (
            self.since is None or self.until is None or self.until < self.since
        ):
            raise InvalidInput("Say from which day to which.", field="since")
        if len(self.numbers) > MOST_NUMBERS:
            raise InvalidInput("Too many messages. Choose days instead.", field="how")
        return replace(
            self,
            about=said(self.about, "about", LONGEST_ABOUT),
            with_whom=plain(self.with_whom, "with_whom", LONGEST_PEOPLE),
        )

    def reaches(self, place: int, message: Message, zone: tzinfo) -> bool:
        """Whether the message at this place of the conversation is chosen."""
        if self.how is How.WHOLE:
            return True
        if self.how is How.SOME:
            return place in self.numbers
        assert self.since is not None  # it is checked
        assert self.until is not None
        if message.at is None:
            return False
        return self.since <= message.at.astimezone(zone).date() <= self.until

    def written(self) -> bytes:
        """As it is kept while the export waits."""
        given: dict[str, Any] = {
            **vars(self),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "numbers": sorted(self.numbers),
        }
        return json.dumps(given).encode()

    @classmethod
    def read(cls, written: bytes) -> "Pick":
        given = json.loads(written)
        for name in ("since", "until"):
            given[name] = date.fromisoformat(given[name]) if given[name] else None
        return cls(**{**given, "how": How(given["how"]), "numbers": frozenset(given["numbers"])})


def marks_of(conversation: Conversation) -> list[str]:
    """For each message what it is known by again, in whatever later export it comes.

    Two that are alike in everything are told apart by their order.
    """
    seen: Counter[str] = Counter()
    marks = []
    for message in conversation.messages:
        told = [
            conversation.key,
            message.sender,
            message.at.isoformat() if message.at else json.dumps(dict(message.original)),
            message.kind.value,
            message.body,
            *sorted(one.digest or one.name for one in message.attachments),
        ]
        known = json.dumps(told, ensure_ascii=False)
        seen[known] += 1
        marks.append(hashlib.sha256(f"{seen[known]}\x00{known}".encode()).hexdigest())
    return marks


def chosen(
    conversation: Conversation, pick: Pick, saved: Sequence[bool], zone: tzinfo
) -> list[int]:
    """The places of the messages that are chosen and were not saved before."""
    return [
        place
        for place, message in enumerate(conversation.messages)
        if not saved[place] and pick.reaches(place, message, zone)
    ]


def likely_owner(conversation: Conversation, name: str) -> str:
    """Which participant is whose export it is; empty where that cannot be told."""
    for one in conversation.participants:
        if one.owner:
            return one.key
    wanted = name.casefold()
    first = wanted.partition(" ")[0]
    for fits in (
        lambda one: one.name.casefold() in {wanted, "you"},
        lambda one: one.name.casefold().partition(" ")[0] == first,
    ):
        found = [one.key for one in conversation.participants if fits(one)]
        if len(found) == 1:
            return found[0]
    return ""


def named_owner(conversation: Conversation, name: str) -> Conversation:
    """The same, where the owner of the phone has their name."""
    people = tuple(
        replace(one, name=name) if one.owner and not one.name else one
        for one in conversation.participants
    )
    return replace(conversation, participants=people)


def others(people: Sequence[Participant], me: str) -> str:
    """The other people as one line, as long as it may be."""
    line, left = "", 0
    for one in people:
        if one.owner or one.key == me:
            continue
        more = f"{line}; {one.shown}" if line else one.shown
        if len(more) > LONGEST_PEOPLE - 20:
            left += 1
        else:
            line = more
    return f"{line}; and {left} more" if left else line


def day_of(messages: Sequence[Message], zone: tzinfo, at: datetime) -> date:
    """The day of the first of them that has one."""
    today = at.astimezone(zone).date()
    days = [one.at.astimezone(zone).date() for one in messages if one.at is not None]
    return max(EARLIEST, min([*days, today]))
