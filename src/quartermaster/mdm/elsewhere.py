"""Devices that another server manages: what is known of their enrolments, and whether they fit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from django.db import connection

from quartermaster.inventory.errors import AmbiguousDevice
from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import device_matching
from quartermaster.mdm.arriving import IS_BROUGHT
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.driver import Driver, driver_named
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Certificate, Enrolment
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.states import EnrolmentState

MEANS = "elsewhere"  # of a certificate that another server's authority issued


@dataclass(frozen=True)
class Pin:
    """A certificate that a device proves itself with: SHA-256 of its DER form, and its end."""

    fingerprint: bytes
    serial: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Elsewhere:
    """One enrolment as another server keeps it. Secrets are not shown."""

    external_id: str
    serial: str
    topic: str
    token: bytes = field(repr=False)
    magic: bytes = field(repr=False)
    pins: tuple[Pin, ...] = ()
    unlock_token: bytes = field(default=b"", repr=False)
    bootstrap_token: bytes = field(default=b"", repr=False)
    set_apart: bool = False
    facts: Mapping[str, Fact] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Former:
    """Under what devices enrolled elsewhere, which a renewed profile must repeat; not secret."""

    terms: Mapping[str, Any]


@runtime_checkable
class ComesFromElsewhere(Protocol):
    """A driver that can read the enrolments of other servers for its platform."""

    name: str
    servers: tuple[str, ...]
    push_credential: str

    def read_enrolments(self, server: str, source: str, content: bytes) -> Sequence[Elsewhere]:
        """What a server keeps: in its database at ``source``, or in the ``content`` of a file."""
        ...

    def read_former(self, content: bytes) -> Former:
        """What the enrolment profile of the other server says of management."""
        ...


@dataclass(frozen=True)
class Move:
    """What would become of one enrolment. ``problem`` is a sentence; empty if it can move."""

    found: Elsewhere
    device: Device | None
    problem: str = ""


def moving_driver(name: str) -> ComesFromElsewhere:
    """The driver of this name that reads other servers' enrolments; `NotPossible` if none does."""
    try:
        driver: Driver = driver_named(name)
    except KeyError:
        raise NotPossible(f"There is no driver “{name[:20]}”.") from None
    if not isinstance(driver, ComesFromElsewhere):
        raise NotPossible("The enrolments of this platform do not move.")
    return driver


def was_brought(fingerprint: bytes) -> bool:
    """Whether a certificate was pinned when its enrolment was brought from another server."""
    with connection.cursor() as cursor:
        cursor.execute(IS_BROUGHT, [fingerprint])
        return cursor.fetchone() is not None


def plan_moves(driver: ComesFromElsewhere, found: Sequence[Elsewhere]) -> list[Move]:
    """What can move here and what cannot, each with its reason; changes nothing."""
    credential = active_credential(driver.name, driver.push_credential)
    topic = credential.identity if credential else ""
    times = Counter(item.external_id.casefold() for item in found)
    return [_plan(driver, item, topic, times[item.external_id.casefold()]) for item in found]


def _plan(driver: ComesFromElsewhere, found: Elsewhere, topic: str, times: int) -> Move:
    problem = found.problem or _unfit(found, topic, times)
    device = None if problem else _device_of(found)
    return Move(found, device, problem or _why_not(driver, found, device))


def _unfit(found: Elsewhere, topic: str, times: int) -> str:
    if times > 1:
        return "It is in the list more than once."
    if found.set_apart or not found.serial:
        return (
            "A personal device, or one that does not say which it is: its owner enrols it anew,"
            " with the disclosure and their consent."
        )
    if not found.pins:
        return "The certificate that the device proves itself with is not known."
    if not topic:
        return "Bring the push certificate of the other server first; without it nobody is woken."
    if found.topic != topic:
        return f"It listens to {found.topic}, and the push certificate here is for {topic}."
    return ""


def _device_of(found: Elsewhere) -> Device | None:
    try:
        return device_matching(serial=found.serial)
    except AmbiguousDevice:
        return None


def _why_not(driver: ComesFromElsewhere, found: Elsewhere, device: Device | None) -> str:
    if device is None:
        return f"No device of the inventory has the serial number {found.serial}."
    if device.platform not in driver_named(driver.name).platforms:
        return f"{device.asset_tag} has another system."
    if device.holder_id is None:
        return f"Nobody holds {device.asset_tag}; assign it first."
    return _known_here(driver, found, device)


def _known_here(driver: ComesFromElsewhere, found: Elsewhere, device: Device) -> str:
    here = Enrolment.objects.filter(state=EnrolmentState.ENROLLED)
    if here.filter(device=device).exists():
        return f"{device.asset_tag} is enrolled here already."
    if here.filter(driver=driver.name, external_id=found.external_id).exists():
        return "This hardware is enrolled here already, under another asset tag."
    prints = [pin.fingerprint for pin in found.pins]
    if Certificate.objects.filter(fingerprint__in=prints).exists():
        return "Its certificate is known here as another device's."
    return ""
