"""What a driver that delivers software is handed, and what it reads out of answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from quartermaster.mdm.driver import Context, Driver, Order, driver_named
from quartermaster.org.models import Person


@dataclass(frozen=True)
class Delivery:
    """One application as it is to come to one device.

    ``address`` leads to the manifest of a package and is empty for what comes from the store.
    ``take_over``: it is on the device already and is to become managed.
    """

    identifier: str
    title: str = ""
    store_id: str = ""
    address: str = ""
    licensed: bool = True
    configuration: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    keep_out_of_backups: bool = True
    remove_at_unenrolment: bool = True
    take_over: bool = False
    secret: bool = False


@dataclass(frozen=True)
class Package:
    """A package as its manifest describes it to a device."""

    identifier: str
    title: str
    version: str
    address: str
    chunk_size: int
    chunk_hashes: tuple[str, ...]


class Arrival(StrEnum):
    """How far a device says that an application is."""

    WAITING = "waiting"
    PROMPTING = "prompting"
    INSTALLING = "installing"
    INSTALLED = "installed"
    UNMANAGED = "unmanaged"  # its holder had installed it before
    DECLINED = "declined"
    GONE = "gone"  # its holder removed it
    FAILED = "failed"


@dataclass(frozen=True)
class Reported:
    """What a device says of one application; ``sentence`` says why, where it says so."""

    identifier: str
    arrival: Arrival
    sentence: str = ""
    external_version: int | None = None


@dataclass(frozen=True)
class Report:
    """What one answer says. ``whole``: what it does not name is not managed there."""

    items: tuple[Reported, ...]
    whole: bool = False


@runtime_checkable
class DeliversSoftware(Protocol):
    """A driver whose platform installs and removes software at our word.

    ``software_kinds``: the commands whose answers tell of software; ``account_of``: the account at
    the maker's under which a person has licences.
    """

    software_kinds: frozenset[str]

    def account_of(self, person: Person) -> str: ...

    def why_not_delivered(self, delivery: Delivery, context: Context) -> str:
        """Why it cannot be delivered to such a device, as a sentence; empty if it can."""
        ...

    def deliver_software(self, delivery: Delivery, context: Context) -> Order:
        """The command that installs or updates it. `InvalidInput` for what cannot be said."""
        ...

    def withdraw_software(self, identifier: str) -> Order:
        """The command that takes it away again."""
        ...

    def ask_software(self) -> Order:
        """The question how far everything is that was delivered."""
        ...

    def manifest(self, package: Package) -> bytes:
        """The description of a package, as a device fetches it before the package."""
        ...

    def software_reported(self, kind: str, answer: bytes) -> Report | None:
        """What an answer says of software; None where that kind of answer does not."""
        ...


def delivering(name: str) -> DeliversSoftware | None:
    """The driver of this name if it delivers software."""
    driver: Driver = driver_named(name)
    return driver if isinstance(driver, DeliversSoftware) else None
