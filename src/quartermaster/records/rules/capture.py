"""Captured records: where they come from, what is left on the device, how long it may."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.records.rules.holds import said

LONGEST_ABOUT, LONGEST_PEOPLE, LONGEST_NOTE, LONGEST_APP = 300, 500, 4000, 120
LONGEST_MESSAGE = 100_000
MOST_ITEMS = 20
MOST_WAITING = 60
LONGEST_STAY = timedelta(days=60)
EARLIEST = date(1990, 1, 1)


class Source(StrEnum):
    """Where a record comes from."""

    MESSAGE = "message"
    CHAT = "chat"
    VOICE = "voice"
    MAIL = "mail"
    PHOTO = "photo"
    SOCIAL = "social"
    DOCUMENT = "document"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            Source.MESSAGE: "Text message",
            Source.CHAT: "Messaging app",
            Source.VOICE: "Call or voicemail",
            Source.MAIL: "E-mail of another account",
            Source.PHOTO: "Photograph or video",
            Source.SOCIAL: "Social media",
            Source.DOCUMENT: "Document",
            Source.OTHER: "Something else",
        }[self]


class Residue(StrEnum):
    """What its owner says is left on the device."""

    GONE = "gone"
    STAYS = "stays"
    HELD = "held"

    @property
    def label(self) -> str:
        return {
            Residue.GONE: "Nothing is left on the device",
            Residue.STAYS: "It is still on the device, to be deleted",
            Residue.HELD: "It stays on the device: it is under a notice to keep",
        }[self]


class AnnouncedState(StrEnum):
    """Of a record that lies on a device and is not here yet."""

    PENDING = "pending"
    TRANSFERRED = "transferred"
    LOST = "lost"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            AnnouncedState.PENDING: "Still on the device",
            AnnouncedState.TRANSFERRED: "Saved",
            AnnouncedState.LOST: "Cannot be saved any longer",
            AnnouncedState.WITHDRAWN: "Withdrawn",
        }[self]


class Origin(StrEnum):
    """On what occasion it was announced."""

    SELF = "self"
    LOSS = "loss"
    RETURN = "return"
    SEPARATION = "separation"

    @property
    def label(self) -> str:
        return {
            Origin.SELF: "By its holder",
            Origin.LOSS: "With a loss",
            Origin.RETURN: "With a return",
            Origin.SEPARATION: "With a separation",
        }[self]


_PENDING = frozenset({AnnouncedState.PENDING})
ANNOUNCED = Machine(
    "announced record",
    AnnouncedState.PENDING,
    [
        Transition("transfer", _PENDING, AnnouncedState.TRANSFERRED),
        Transition("give up", _PENDING, AnnouncedState.LOST),
        Transition("withdraw", _PENDING, AnnouncedState.WITHDRAWN),
    ],
)
LEFT_BEHIND = Machine(
    "record's trace on the device",
    Residue.STAYS,
    [
        Transition("delete", frozenset({Residue.STAYS}), Residue.GONE),
        Transition("hold", frozenset({Residue.STAYS}), Residue.HELD),
        Transition("let go", frozenset({Residue.HELD}), Residue.STAYS),
    ],
)


@dataclass(frozen=True)
class Details:
    """What is said of a record when it is saved."""

    about: str
    with_whom: str
    happened_on: date
    source: Source
    account: str = ""
    note: str = ""
    message: str = ""
    residue: Residue = Residue.GONE
    residue_by: date | None = None

    def checked(self, today: date, *, held: bool) -> "Details":
        """The same, trimmed; `InvalidInput` where something is missing or cannot be."""
        if not EARLIEST <= self.happened_on <= today:
            raise InvalidInput("It happened in the past.", field="happened_on")
        if held != (self.residue is Residue.HELD):
            word = "You were asked to keep it: delete nothing." if held else "Choose another."
            raise InvalidInput(word, field="residue")
        by = self.residue_by if self.residue is Residue.STAYS else None
        if self.residue is Residue.STAYS and (
            by is None or not today <= by <= today + LONGEST_STAY
        ):
            raise InvalidInput(
                f"Say by when you delete it, within {LONGEST_STAY.days} days.", field="residue_by"
            )
        return Details(
            about=said(self.about, "about", LONGEST_ABOUT),
            with_whom=said(self.with_whom, "with_whom", LONGEST_PEOPLE),
            happened_on=self.happened_on,
            source=Source(self.source),
            account=plain(self.account, "account", LONGEST_APP),
            note=plain(self.note, "note", LONGEST_NOTE),
            message=plain(self.message, "message", LONGEST_MESSAGE),
            residue=self.residue,
            residue_by=by,
        )


def plain(text: str, field: str, longest: int) -> str:
    """A text that may be empty, within its bounds."""
    trimmed = text.replace("\x00", "").strip()
    if len(trimmed) > longest:
        raise InvalidInput(f"At most {longest:,} characters.", field=field)
    return trimmed


@dataclass(frozen=True)
class Part:
    """One file of a record, as its digest sees it."""

    digest: str
    size: int
    media_type: str
    name: str


def digest_of(number: str, facts: Mapping[str, str], parts: Sequence[Part]) -> str:
    """What fixes a record: another word, another byte or another order is another digest."""
    whole = {"number": number, "facts": dict(facts), "parts": [vars(part) for part in parts]}
    written = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


@dataclass(frozen=True)
class Ageing:
    """How long something may lie on a device, and how its holder is reminded."""

    transfer: timedelta
    remind: timedelta
    remind_most: int

    def overdue_at(self, announced_at: datetime) -> datetime:
        return announced_at + self.transfer


@dataclass(frozen=True)
class Lying:
    """What a holder has on a device: how much, since when, and from when it is too long."""

    count: int
    since: datetime
    due_at: datetime
