"""The driver protocol: what a platform's dialect must know. Drivers are installed by config."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from quartermaster.kernel.errors import NotFound
from quartermaster.mdm.door import Route
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.ways import USER_WAYS, Way
from quartermaster.policy.requirements import Requirements


@dataclass(frozen=True)
class Holder:
    """Whom accounts on a device are for."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Context:
    """What a dialect needs to know of a device to compile for it. ``way``: how it came.

    ``enrolment`` and ``holder``: who it is, where it is enrolled. ``supported``: what it says that
    it takes by declaration, None where it did not say; ``refused``: what it said it does not have.
    ``update_since``: from when the days count in which a lower version is to be replaced.
    ``deliverable``: of the software required, what the catalogue has for its system.
    ``former_profile``: the name of the profile by which another server enrolled it. ``withheld``:
    whether it is to have none of the City's accounts and networks for now. ``message``: what it is
    to show its holder.
    """

    ownership: str
    platform: str
    supervised: bool = False
    os_version: str = ""
    way: str = Way.PROFILE
    product: str = ""
    enrolment: str = ""
    enrolled_at: datetime | None = None
    holder: Holder = Holder()
    supported: frozenset[str] | None = None
    refused: frozenset[str] = frozenset()
    update_since: datetime | None = None
    lost: bool = False
    former_profile: str = ""
    sealing_certificate: bytes = b""
    deliverable: frozenset[str] = frozenset()
    withheld: bool = False
    message: str = ""

    @property
    def personal(self) -> bool:
        return self.ownership == "personal"

    @property
    def user_enrolment(self) -> bool:
        """Whether the platform itself keeps what is personal from the City."""
        return self.way in USER_WAYS


class Means(StrEnum):
    """By what a setting is carried to a device."""

    PROFILE = "profile"
    DECLARATION = "declaration"


@dataclass(frozen=True)
class Part:
    """One piece of a payload of which the device says by itself whether it stands.

    ``replaces`` is the key of an earlier payload, which goes once this part stands.
    """

    key: str
    title: str
    token: str
    settings: tuple[str, ...] = ()
    replaces: str = ""


@dataclass(frozen=True)
class Payload:
    """A native payload: ``key`` names it across versions, ``digest`` tells versions apart.

    One that is declared has parts; the device fetches them and tells how each stands.
    """

    key: str
    title: str
    settings: tuple[str, ...]
    body: bytes
    digest: str
    parts: tuple[Part, ...] = ()

    @property
    def means(self) -> Means:
        return Means.DECLARATION if self.parts else Means.PROFILE


@dataclass(frozen=True)
class Carrier:
    """What brings one setting to a device. ``token`` tells versions apart."""

    means: Means
    key: str
    title: str
    token: str
    payload: str


@dataclass(frozen=True)
class Compiled:
    """Requirements in a platform's terms.

    Every setting asked for is in a payload, carried out by delivering software (``delivered``
    names it), only observed, or unenforceable with the reason. ``remarks`` say what is left over.
    """

    payloads: tuple[Payload, ...] = ()
    observed: tuple[str, ...] = ()
    unenforceable: tuple[tuple[str, str], ...] = ()
    delivered: tuple[tuple[str, tuple[str, ...]], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()

    def carriers(self) -> dict[str, Carrier]:
        """By what each setting is enforced."""
        found: dict[str, Carrier] = {}
        for payload in self.payloads:
            carried: tuple[Part | Payload, ...] = payload.parts or (payload,)
            for item in carried:
                token = item.token if isinstance(item, Part) else item.digest
                carrier = Carrier(payload.means, item.key, item.title, token, payload.key)
                found.update(dict.fromkeys(item.settings, carrier))
        return found


@dataclass(frozen=True)
class Disclosure:
    """What management lets the City see of a device and what not, in plain words (G-1, G-2)."""

    seen: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Order:
    """A command about to be queued. ``render`` makes its bytes for a command UUID.

    ``destructive``: it takes a device of a request that two people stand for.
    """

    kind: str
    render: Callable[[UUID], bytes]
    key: str = ""
    digest: str = ""
    secret: bool = False
    destructive: bool = False


@dataclass(frozen=True)
class Secrets:
    """What the house keeps of a device and a verb may need; empty where there is none."""

    unlock_token: bytes = b""
    recovery_lock: bytes = b""
    disk_key: bytes = b""


@dataclass(frozen=True)
class Performance:
    """How a verb is carried out: commands, and new secrets to keep, by their kind."""

    orders: tuple[Order, ...]
    keep: Mapping[str, bytes] = field(default_factory=dict)


class Driver(Protocol):
    """One platform's dialect."""

    name: str
    platforms: frozenset[str]

    def compile(self, requirements: Requirements, context: Context) -> Compiled:
        """Requirements in native terms, and what cannot be enforced."""
        ...

    def inventory(self, context: Context) -> tuple[Order, ...]:
        """The questions that make up a posture; a personal device is asked less (G-1)."""
        ...

    def disclosure(self, context: Context) -> Disclosure:
        """What the answers to `inventory` tell, and what they do not."""
        ...

    def install(self, payload: Payload) -> Order:
        """The command that installs a payload."""
        ...

    def remove(self, key: str) -> Order:
        """The command that removes a payload installed before."""
        ...

    def facts(self, kind: str, answer: bytes, at: datetime) -> Mapping[str, Fact]:
        """What an answer to a command of this kind says."""
        ...

    def why_not(self, verb: str, context: Context) -> str:
        """Why a verb of `mdm.verbs` cannot be carried out on such a device; empty if it can."""
        ...

    def perform(
        self, verb: str, said: Mapping[str, str], context: Context, secrets: Secrets
    ) -> Performance:
        """How a verb that is possible is carried out."""
        ...

    def routes(self) -> tuple[Route, ...]:
        """The driver's part of the devices' door."""
        ...


_DRIVERS: dict[str, Driver] = {}


def install(driver: Driver) -> None:
    """Make a driver known; done once, by config."""
    _DRIVERS[driver.name] = driver


def drivers() -> tuple[Driver, ...]:
    return tuple(_DRIVERS.values())


def driver_named(name: str) -> Driver:
    return _DRIVERS[name]


def driver_for(platform: str) -> Driver:
    """The driver of a platform, or `NotFound` where none is installed."""
    for driver in _DRIVERS.values():
        if platform in driver.platforms:
            return driver
    raise NotFound(f"No driver manages the platform {platform} yet.")


def is_managed(platform: str) -> bool:
    return any(platform in driver.platforms for driver in _DRIVERS.values())
