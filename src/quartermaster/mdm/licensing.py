"""What a maker's licence service says, in the house's words, and what a driver must know of it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from quartermaster.kernel.errors import HouseError
from quartermaster.mdm.driver import Driver, drivers


class ServiceTrouble(HouseError):  # noqa: N818 (an outcome, like the others)
    """The service did not do what it was asked. ``retry_after``: seconds in which not to ask.

    ``lasting``: asking again is of no use before a person did something.
    """

    code = "licence-service-trouble"
    status = 502

    def __init__(self, message: str, *, retry_after: int = 0, lasting: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.lasting = lasting


class Unreachable(ServiceTrouble):
    """The service would do it, but cannot reach this server for its notifications."""


class Rejected(ServiceTrouble):
    """The service refuses this one thing; everything else may still be asked of it."""


class Why(StrEnum):
    """Why a licence was not given, as far as the house acts on it."""

    SHORTAGE = "shortage"
    NO_USER = "no-user"
    USER_EXISTS = "user-exists"
    OTHER = "other"


@dataclass(frozen=True)
class Limits:
    """How much may be asked for at once."""

    serials: int = 1000
    references: int = 1000
    users: int = 100


@dataclass(frozen=True)
class Location:
    """What a token is for, and which server looks after it at present (empty: none)."""

    uid: str
    name: str = ""
    country: str = ""
    server_id: str = ""
    server_name: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Product:
    """What the City owns of one product."""

    store_id: str
    pricing: str
    kind: str
    total: int
    assigned: int
    available: int
    device_assignable: bool
    revocable: bool
    platforms: tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """A licence that a device (by serial number) or a person (by reference) has."""

    store_id: str
    pricing: str
    serial: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Described:
    """What the store says of a product."""

    store_id: str
    title: str
    identifier: str
    version: str = ""
    external_version: int | None = None


@dataclass(frozen=True)
class Failure:
    """Whom something was not done for, and why. Nobody named: it is not known for whom."""

    why: Why
    sentence: str
    serials: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far something is that the service does in its own time."""

    over: bool
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Person:
    """A person as the service gets to know them: a reference of ours, and their account there."""

    reference: str
    account: str
    associated: bool = False
    retired: bool = False


class Tells(StrEnum):
    """What a notification is about."""

    GIVEN = "given"
    TAKEN_BACK = "taken-back"
    COUNT = "count"
    PEOPLE = "people"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Notice:
    """One notification of the service."""

    notice_id: str
    uid: str
    tells: Tells
    licences: tuple[Given, ...] = ()
    failure: Failure | None = None
    product: tuple[str, str] = ("", "")
    delta: int = 0
    people: tuple[Person, ...] = ()


class LicenceService(Protocol):
    """A conversation with the service. Every method may raise `ServiceTrouble`."""

    def location(self) -> Location: ...

    def claim(self, server_id: str, server_name: str, address: str, token: str) -> Location:
        """Look after the location; be told at ``address`` (empty: not) with ``token``."""
        ...

    def limits(self) -> Limits: ...

    def products(self) -> Sequence[Product]: ...

    def given(self) -> Sequence[Given]: ...

    def give(self, items: Sequence[Given]) -> str:
        """Ask for licences of one product; the name of what the service then does."""
        ...

    def take_back(self, items: Sequence[Given]) -> str: ...

    def make_known(self, people: Sequence[Person]) -> str: ...

    def change(self, people: Sequence[Person]) -> str: ...

    def forget(self, people: Sequence[Person]) -> str:
        """Have people of whom the service was told forgotten, with what they had."""
        ...

    def progress(self, event_id: str) -> Progress: ...

    def describe(self, store_ids: Sequence[str], country: str) -> Sequence[Described]: ...


@runtime_checkable
class LicensesSoftware(Protocol):
    """A driver whose platform has a store that gives licences to organisations."""

    licence_kind: str
    notice_path: str

    def licence_service(self, secret: bytes) -> AbstractContextManager[LicenceService]: ...


def licensing_driver() -> tuple[Driver, LicensesSoftware] | None:
    """The driver that licenses, if one is installed."""
    for driver in drivers():
        if isinstance(driver, LicensesSoftware):
            return driver, driver
    return None
