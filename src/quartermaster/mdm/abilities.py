"""What a driver may know beyond its duty. A driver has an ability if it has its methods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable
from uuid import UUID

from quartermaster.mdm.driver import (
    Context,
    Driver,
    Order,
    Performance,
    driver_named,
    drivers,
)
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.posture import Fact
from quartermaster.mdm.ways import Way

if TYPE_CHECKING:
    from quartermaster.mdm.leave import Leave


@dataclass(frozen=True)
class CredentialKind:
    """A proof of ours towards a service of the platform's maker, in words for people.

    ``lapse`` says what happens when it runs out; ``new_identity`` what it means to replace it by
    one of another identity. ``request_name`` is the file to hand to the service, empty where the
    service asks for none. ``brought``: it may be brought whole, made elsewhere. ``wakes``: devices
    are woken on the strength of it, and its identity is the topic that they listen to.
    """

    name: str
    title: str
    purpose: str
    lapse: str
    steps: tuple[str, ...]
    new_identity: str = ""
    request_name: str = ""
    brought: bool = True
    wakes: bool = False


@dataclass(frozen=True)
class Requested:
    """A request under way: the private part, and the file that the service wants."""

    secret: bytes
    request: bytes


@dataclass(frozen=True)
class Credential:
    """A credential as the driver read it. ``public`` may be shown to everybody at ITMD."""

    secret: bytes
    label: str
    identity: str = ""
    public: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None


@runtime_checkable
class HasCredentials(Protocol):
    """A driver whose platform has services that ask who we are.

    What cannot be taken is refused with `mdm.errors.CredentialUnusable`.
    """

    def credential_kinds(self) -> tuple[CredentialKind, ...]:
        """The kinds, in the order in which pages show them."""
        ...

    def request_credential(self, kind: str, at: datetime) -> Requested:
        """A private key and the request for it."""
        ...

    def complete_credential(
        self, kind: str, secret: bytes, content: bytes, at: datetime
    ) -> Credential:
        """What the service gave for our request; ``secret`` is the request's."""
        ...

    def read_credential(self, kind: str, content: bytes, password: str, at: datetime) -> Credential:
        """A credential that was made elsewhere, brought whole."""
        ...


@dataclass(frozen=True)
class Renewing:
    """What a driver needs to have a device renew its identity.

    ``terms`` is what the driver kept when the device enrolled; ``challenge`` is good once.
    """

    enrolment_id: UUID
    challenge: str
    topic: str
    terms: Mapping[str, Any]
    context: Context
    at: datetime


@dataclass(frozen=True)
class RenewalOrder:
    """The command that starts a renewal, and the means by which alone its challenge is good."""

    order: Order
    means: str


@runtime_checkable
class RenewsIdentities(Protocol):
    """A driver whose devices prove themselves with certificates of ours, and can renew them."""

    def renewal(self, asked: Renewing) -> RenewalOrder:
        """How a device is told to ask for its next certificate."""
        ...


@dataclass(frozen=True)
class Standing:
    """How one declared part stands on a device. ``reasons`` are sentences."""

    key: str
    section: str
    token: str
    active: bool
    valid: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reported:
    """What a status report says. ``standings`` is None where it does not speak of them."""

    facts: Mapping[str, Fact]
    standings: tuple[Standing, ...] | None = None


@runtime_checkable
class Declares(Protocol):
    """A driver whose devices fetch what is declared to them, and report how it stands."""

    declared_key: str

    def stands_for(self, part: str) -> str:
        """The key of the payload by which else this part would come; empty where there is none."""
        ...

    def read_status(
        self, body: bytes, context: Context, known: Mapping[str, Fact], at: datetime
    ) -> Reported:
        """What a report that was kept says; ``known`` is what was known of the device before."""
        ...


@runtime_checkable
class ServesUsers(Protocol):
    """A driver some of whose devices have users with a channel of their own."""

    def inventory_of_user(self, context: Context) -> tuple[Order, ...]:
        """The questions to a user's side; of a personal device as little as to the device (G-1)."""
        ...


@runtime_checkable
class EnrolsByAccount(Protocol):
    """A driver whose devices come in by a person's signing in on them."""

    def return_address(self, token: str) -> str:
        """Where the sign-in ends, so that the device gets the token of its grant."""
        ...


@runtime_checkable
class HasUserWays(Protocol):
    """A driver whose system can set the City's data apart on a device that is its user's own."""

    def ways_by_link(self) -> tuple[Way, ...]:
        """The ways in which a personal device comes by an invitation's link, the usual first."""
        ...


@runtime_checkable
class NamesCommands(Protocol):
    """A driver that says by itself what it may ever send to a device: nothing is left out."""

    def commands_of(self, context: Context) -> Mapping[str, str]:
        """Each kind of command that such a device may get, and what for, in plain words."""
        ...


@dataclass(frozen=True)
class Proof:
    """A device's answer to a question for the maker's word, and what the house knows of it."""

    command_id: UUID
    answer: bytes
    context: Context
    serial: str = ""
    hardware_ids: frozenset[str] = frozenset()


@runtime_checkable
class Attests(Protocol):
    """A driver whose platform's maker vouches for its devices."""

    def why_not_attested(self, context: Context) -> str:
        """Why there is no such word for a device, as a sentence; empty if there is."""
        ...

    def attestation(self, context: Context) -> Order:
        """The question for it, which has a code of its own each time."""
        ...

    def attested(self, proof: Proof, at: datetime) -> Mapping[str, Fact]:
        """What the answer proves; nothing where it proves nothing either way."""
        ...


def credential_kinds() -> list[tuple[Driver, CredentialKind]]:
    """Every kind of credential that this installation can have."""
    return [
        (driver, kind)
        for driver in drivers()
        if isinstance(driver, HasCredentials)
        for kind in driver.credential_kinds()
    ]


@dataclass(frozen=True)
class Choice:
    """One thing that may be said with a request to erase: yes or no."""

    name: str
    label: str


@runtime_checkable
class Equipped(Protocol):
    """A driver that needs things of the installation without which something fails quietly."""

    def lacks(self) -> Sequence[str]:
        """What is missing for what is in use, a sentence each."""
        ...


@runtime_checkable
class CanDestroy(Protocol):
    """A driver whose devices can be erased, or let go with what the City put on them (G-10)."""

    def choices(self, kind: str, context: Context) -> tuple[Choice, ...]:
        """What may be said with it, of such a device."""
        ...

    def removes(self, kind: str, context: Context, said: Mapping[str, object]) -> tuple[str, ...]:
        """What goes and what stays, in plain sentences for those who agree and the holder."""
        ...

    def why_not_destroy(self, kind: str, context: Context, said: Mapping[str, object]) -> str:
        """Why such a device cannot be treated so, as a sentence; empty if it can."""
        ...

    def destroy(
        self,
        leave: "Leave",
        context: Context,
        said: Mapping[str, object],
        back: str,
        at: datetime,
    ) -> Performance:
        """The one command. Spends the leave; ``back`` is an invitation to return, or empty."""
        ...

    def destroys(self, payload: bytes) -> bool:
        """Whether a command as rendered destroys, whatever it is called."""
        ...


def destroys(driver_name: str, payload: bytes) -> bool:
    """Whether these bytes are, to this driver's devices, a command that destroys."""
    judge = getattr(driver_named(driver_name), "destroys", None)
    return bool(judge and judge(payload))


class Sent(StrEnum):
    """What a service said to one wake.

    Gone: there is no such device any more. Busy: try this one later. Failed: the service did not
    understand us. Refused: our credential is not taken, whatever the device. Unreached: the
    service does not answer at all.
    """

    DELIVERED = "delivered"
    GONE = "gone"
    BUSY = "busy"
    FAILED = "failed"
    REFUSED = "refused"
    UNREACHED = "unreached"


@dataclass(frozen=True)
class Sleeper:
    """A device to wake. What opens it is never shown; ``key`` is the caller's name for it."""

    key: UUID
    topic: str
    token: bytes = field(repr=False)
    magic: bytes = field(repr=False)


@dataclass(frozen=True)
class Woken:
    """How one wake went. ``gone_since``: since when the token is none; ``pause``: as asked for."""

    key: UUID
    sent: Sent
    said: str = ""
    gone_since: datetime | None = None
    pause: timedelta | None = None


@runtime_checkable
class WakesDevices(Protocol):
    """A driver whose devices come when they are called, through a service of the maker.

    One of its credential kinds has ``wakes``; its identity is the topic that devices listen to.
    """

    name: str

    def wake(
        self, credential: ServiceCredential, sleepers: Sequence[Sleeper], at: datetime
    ) -> Sequence[Woken]:
        """Wake the devices, all at once; one answer for each, in any order."""
        ...


def waking_driver(name: str) -> WakesDevices | None:
    """The driver of this name, if its devices can be woken."""
    for driver in drivers():
        if driver.name == name and isinstance(driver, WakesDevices):
            return driver
    return None
