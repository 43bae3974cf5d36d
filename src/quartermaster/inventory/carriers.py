"""How a carrier is asked to change a line: the contract of an adapter, and which ones there are.

An adapter says what it can do and whether it answers at once, later or by a person. Which one
serves which lines is kept by the room that orders; here is no carrier's word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from quartermaster.kernel.errors import HouseError


class Verb(StrEnum):
    """What may be asked of a carrier."""

    SUSPEND = "suspend"
    RESTORE = "restore"
    CANCEL = "cancel"
    SWAP_SIM = "swap_sim"
    CHANGE_PLAN = "change_plan"


class Standing(StrEnum):
    """How far a carrier is with what it was asked. Taken: its word comes later."""

    DONE = "done"
    TAKEN = "taken"
    REFUSED = "refused"


class Condition(StrEnum):
    """What a carrier says of a line."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"
    OTHER = "other"


@dataclass(frozen=True)
class Subscriber:
    """By what a carrier knows a line; what is not known is empty."""

    number: str
    iccid: str = ""
    imei: str = ""
    account: str = ""


@dataclass(frozen=True)
class Wish:
    """One change of one line. ``key`` is the same at every attempt."""

    key: UUID
    verb: Verb
    line: Subscriber
    iccid: str = ""  # the SIM that is to be used from now on
    plan: str = ""  # the carrier's own name of the plan
    reason: str = ""


@dataclass(frozen=True)
class Word:
    """A carrier's answer to a wish."""

    standing: Standing
    reference: str = ""
    said: str = ""
    restores_on: date | None = None  # when a suspended line comes back by itself


@dataclass(frozen=True)
class Reading:
    """What a carrier says of a line now."""

    condition: Condition
    said: str = ""
    iccid: str = ""
    plan: str = ""
    restores_on: date | None = None


@dataclass(frozen=True)
class Used:
    """What a line used in a period; None: the carrier does not say."""

    kilobytes: int | None = None
    messages: int | None = None
    seconds: int | None = None


@dataclass(frozen=True)
class Abilities:
    """What an adapter can do. By a person: somebody carries the order out and says so."""

    verbs: frozenset[Verb]
    by_person: bool = False
    later: bool = False
    calls_back: bool = False
    reads: bool = False
    counts: bool = False
    a_day: int | None = None  # changes of one line that the carrier takes in a day


@dataclass(frozen=True)
class Field:
    """Something that is entered for an access; a secret is sealed and never shown again."""

    name: str
    title: str
    secret: bool = False
    required: bool = True
    hint: str = ""


@dataclass(frozen=True)
class Access:
    """How one account at a carrier is reached."""

    key: UUID
    address: str
    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def value(self, name: str) -> str:
        return self.values.get(name, "")


class Unavailable(HouseError):  # noqa: N818 (an outcome)
    """The carrier could not be asked now; asking again is worth it."""

    code = "carrier-unavailable"
    status = 503

    def __init__(self, message: str, *, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class Locked(Unavailable):
    """The carrier does not let us in: a person must look at what was entered for it."""

    code = "carrier-locked"


class Declined(HouseError):  # noqa: N818 (an outcome)
    """The carrier will not do this, however often it is asked."""

    code = "carrier-declined"
    status = 409

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class Stranger(HouseError):  # noqa: N818 (an outcome)
    """What says that it comes from a carrier does not."""

    code = "carrier-stranger"
    status = 403


class Session(Protocol):
    """An open access: the verbs of an adapter. Each may raise `Unavailable` or `Declined`."""

    def order(self, wish: Wish) -> Word:
        """Ask for a change. Asked twice for one wish, the line is changed once."""
        ...

    def answer(self, wish: Wish, reference: str) -> Word:
        """How far the carrier is with what it took under a reference."""
        ...

    def read(self, line: Subscriber) -> Reading:
        """What the carrier says of the line now."""
        ...

    def used(self, line: Subscriber, from_on: date, until_on: date) -> Used:
        """What the line used from a day to the day before another."""
        ...


class Adapter(Protocol):
    """A kind of access to carriers."""

    name: ClassVar[str]
    title: ClassVar[str]
    abilities: ClassVar[Abilities]
    fields: ClassVar[Sequence[Field]]
    address: ClassVar[str]  # the usual one; empty where there is none

    def open(self, access: Access) -> Session:
        """Open an access; nothing is sent yet."""
        ...

    def heard(self, access: Access, body: bytes) -> Sequence[Word]:
        """Read what a carrier sent by itself; `Stranger` where it does not prove who it is."""
        ...


BY_HAND = "manual"
_KNOWN: dict[str, Adapter] = {}


def install(adapter: Adapter) -> None:
    """Make an adapter known; each name once."""
    _KNOWN[adapter.name] = adapter


def adapter(name: str) -> Adapter:
    return _KNOWN[name]


def adapters() -> tuple[Adapter, ...]:
    return tuple(_KNOWN[name] for name in sorted(_KNOWN))


def known(name: str) -> bool:
    return name in _KNOWN
