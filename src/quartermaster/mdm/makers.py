"""What a driver knows of its platform's maker: the list of what was bought, and who is sent to us.

A driver has this ability if it has the methods of `AutomatesEnrolment`.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from quartermaster.mdm.driver import Context, Driver, Order, Performance, drivers


@dataclass(frozen=True)
class Listed:
    """A device in the maker's list. ``device_class`` and ``platform`` are the inventory's words.

    ``changed_at``: the service's time of what is told, None where it tells the present state.
    """

    serial: str
    model: str = ""
    description: str = ""
    colour: str = ""
    asset_tag: str = ""
    family: str = ""
    device_class: str = ""
    platform: str = ""
    assigned_at: datetime | None = None
    assigned_by: str = ""
    profile_status: str = ""
    profile_id: str = ""
    profile_assigned_at: datetime | None = None
    removed: bool = False
    changed_at: datetime | None = None


@dataclass(frozen=True)
class ListedPage:
    """A part of the list. ``as_of``: the service's time at which a whole list is true."""

    devices: tuple[Listed, ...]
    cursor: str
    more: bool
    as_of: datetime | None = None
    skipped: int = 0


@dataclass(frozen=True)
class Outcomes:
    """What came of assigning a profile, by serial number: done, or the service's own word.

    ``wait``: seconds until those that were put off may be tried again.
    """

    done: frozenset[str]
    others: Mapping[str, str] = field(default_factory=dict)
    wait: int = 0


class ListSession(Protocol):
    """The service that keeps the list. Each call may raise `mdm.errors.ListRefused`."""

    def owner(self) -> str:
        """What the service calls us."""
        ...

    def whole(self, cursor: str) -> ListedPage:
        """The next part of the whole list; an empty cursor begins it."""
        ...

    def changes(self, cursor: str) -> ListedPage:
        """What happened since the cursor."""
        ...

    def define(self, content: Mapping[str, Any]) -> str:
        """Define a profile; its name at the service."""
        ...

    def assign(self, profile_id: str, serials: Sequence[str]) -> Outcomes:
        """Assign a profile to devices: `MOST_ASSIGNED` at most."""
        ...

    def unassign(self, serials: Sequence[str]) -> Outcomes:
        """Take the profile from devices."""
        ...


MOST_ASSIGNED = 1000


@dataclass(frozen=True)
class Asking:
    """A device that asks to be enrolled, and has proven that it is made by the platform's maker.

    ``lowest_os`` compares by the name of its system, as requirements do. ``signed_at``: when it
    signed its request, where it tells.
    """

    external_id: str
    serial: str
    system: str
    os_version: str = ""
    can_update: bool = False
    signed_at: datetime | None = None


@runtime_checkable
class AutomatesEnrolment(Protocol):
    """A driver whose platform's maker sends devices to us when they are set up."""

    list_kind: str

    def list_session(self, secret: bytes) -> AbstractContextManager[ListSession]:
        """Speak to the service with the secret of the credential ``list_kind``."""
        ...

    def automated_profile(self) -> Mapping[str, Any]:
        """What devices are to be told, by the installation's settings."""
        ...

    def outcome_words(self, outcome: str) -> str:
        """What an outcome of an assignment means, as a sentence; empty for an unknown one."""
        ...

    def asking(self, headers: Mapping[str, str], at: datetime) -> Asking | None:
        """The device whose web view opens a page; None where it is no device that asks.

        Raises:
            Refused: it says that it is one, and does not prove it.
        """
        ...

    def update_required(self, version: str) -> tuple[bytes, str]:
        """What has a device update before it enrols, and its media type."""
        ...

    def enrolment_profile(self, token: str, at: datetime) -> tuple[bytes, str]:
        """The enrolment profile of an invitation, and its media type."""
        ...

    def set_up(self, context: Context) -> Performance:
        """What is done, beyond the requirements, to a device that waits to be set up."""
        ...

    def release(self) -> Order:
        """The command that lets a waiting device go on."""
        ...


def automating_driver(name: str) -> AutomatesEnrolment | None:
    """The driver of this name, if it has the ability."""
    for driver in drivers():
        if driver.name == name and isinstance(driver, AutomatesEnrolment):
            return driver
    return None


def automating_drivers() -> list[tuple[Driver, AutomatesEnrolment]]:
    """Every driver whose maker sends devices to us."""
    return [(driver, driver) for driver in drivers() if isinstance(driver, AutomatesEnrolment)]
