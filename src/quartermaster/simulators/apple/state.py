"""What a simulated device is at the moment: settable by whoever plays with it."""

import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from cryptography import x509

from quartermaster.drivers.apple.wire.declarative import availability as kinds
from quartermaster.simulators.apple.passcodes import complies, rules_of
from quartermaster.simulators.apple.vouching import FULL_SECURITY, Enclave

PASSWORD_POLICY = "com.apple.mobiledevice.passwordpolicy"  # noqa: S105 (the name of a payload)
MANAGEMENT = "com.apple.mdm"
FILE_VAULT = "com.apple.MCX.FileVault2"
KEY_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class App:
    """An installed application; ``managed`` if the server installed it."""

    identifier: str
    name: str
    version: str = "1.0"
    managed: bool = False
    flags: int = 0
    configured: bool = False
    external_version: int = 0
    elsewhere: bool = False  # it did not come from the store


class Store(Protocol):
    """The App Store as a device sees it: what it may have by a licence, or by its account."""

    def app_for(self, number: int, serial: str, account: str, *, licensed: bool) -> App | None: ...

    def external_id(self, identifier: str) -> int: ...


@dataclass(frozen=True)
class Update:
    """An update of the system that Apple offers to the device."""

    version: str
    build: str
    product_key: str
    critical: bool = False


@dataclass
class Account:
    """A local account of a Mac."""

    name: str
    full_name: str
    logged_in: bool = False
    secure_token: bool = False
    failed_attempts: int = 0
    guid: str = field(default_factory=lambda: str(uuid.uuid4()).upper())


def new_recovery_key() -> str:
    """Six groups of four letters, as a Mac shows it."""
    letters = [secrets.choice(KEY_LETTERS) for _ in range(24)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 24, 4))


@dataclass
class State:
    """A device between two connects. Change what you like: the next answer says so."""

    product: str
    model_name: str
    os_version: str
    build: str
    name: str = "Simulated device"
    serial: str = ""
    imei: str = ""
    udid: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    supervised: bool = False
    passcode: str = ""
    locked: bool = False
    file_vault: bool = False
    integrity_protected: bool = True
    secure_boot: str = FULL_SECURITY
    enclave: Enclave | None = None
    apps: list[App] = field(default_factory=list)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)
    identity: x509.Certificate | None = None
    running: bool = True
    restarts: int = 0
    erased: dict[str, Any] | None = None
    awaiting_configuration: bool = False
    account_configuration: dict[str, Any] | None = None
    configurations: dict[str, dict[str, Any]] = field(default_factory=dict)
    declared_profiles: dict[str, str] = field(default_factory=dict)
    unable: set[str] = field(default_factory=set)
    update_failure: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    restrictions_password: str = ""
    # what opens it
    unlock_token: bytes = b""
    unlock_pin: str = ""
    activation_locked: bool = False
    bypass_code: str = ""
    recovery_lock: str = ""
    firmware_password: str = ""
    recovery_key: str = ""
    # where it is
    lost: dict[str, str] | None = None
    position: tuple[float, float, float] | None = None
    positioned_at: str = ""
    sounds: int = 0
    # what it has and could have
    accounts: list[Account] = field(default_factory=list)
    remote_desktop: bool = False
    updates: list[Update] = field(default_factory=list)
    downloaded: set[str] = field(default_factory=set)
    scheduled: set[str] = field(default_factory=set)
    short_of_space: bool = False
    store: dict[int, App] = field(default_factory=dict)
    licences: set[str] = field(default_factory=set)
    shop: "Store | None" = None
    account: str = ""
    fetch: Callable[[str], bytes] | None = None
    asks_holder: bool = True  # one that is not supervised, before it installs
    pending: dict[str, App] = field(default_factory=dict)
    told_once: dict[str, str] = field(default_factory=dict)

    def holder_agrees(self) -> None:
        """The holder taps on Install wherever the device asks."""
        for app in self.pending.values():
            self.apps = [item for item in self.apps if item.identifier != app.identifier]
            self.apps.append(app)
        self.pending.clear()

    def holder_refuses(self) -> None:
        """The holder taps on Cancel; the device says so once."""
        self.told_once |= dict.fromkeys(self.pending, "UserRejected")
        self.pending.clear()

    def leave_management(self) -> None:
        """What was managed goes, where it was installed so; the rest is the holder's own."""
        going = [app for app in self.apps if app.managed and (self.user_enrolled or app.flags & 1)]
        staying = [app for app in self.apps if app not in going]
        self.apps = [replace(app, managed=False) for app in staying]
        self.pending.clear()
        self.told_once.clear()

    def log_in(self) -> None:
        """Somebody logs in to a Mac: FileVault that was put off until then is switched on."""
        asked = any(item.get("Enable") == "On" for item in self.payloads(FILE_VAULT))
        if asked and not self.file_vault:
            self.file_vault = True
            self.recovery_key = new_recovery_key()

    def install_updates(self) -> None:
        """Time passes: what is scheduled is installed, and the device starts anew."""
        for update in [item for item in self.updates if item.product_key in self.scheduled]:
            self.os_version, self.build = update.version, update.build
            self.updates.remove(update)
            self.scheduled.discard(update.product_key)
            self.restarts += 1

    @property
    def is_mac(self) -> bool:
        return "Mac" in self.product

    def payloads(self, kind: str) -> Iterator[dict[str, Any]]:
        """The installed payloads of one type."""
        for profile in self.profiles.values():
            for payload in profile.get("PayloadContent", []):
                if payload.get("PayloadType") == kind:
                    yield payload

    def declared(self, kind: str) -> Iterator[dict[str, Any]]:
        """The payloads of active configurations of one kind."""
        for item in self.configurations.values():
            if item["Type"] == kind:
                yield item["Payload"]

    @property
    def pending_update(self) -> Update | None:
        """The update that a declaration asks for and that Apple offers."""
        wanted = {item["TargetOSVersion"] for item in self.declared(kinds.UPDATE_BY)}
        return next((item for item in self.updates if item.version in wanted), None)

    def reach(self, local: datetime) -> None:
        """It is this late on the device's clock: what had to be updated by then, is."""
        for asked in list(self.declared(kinds.UPDATE_BY)):
            if local < datetime.fromisoformat(asked["TargetLocalDateTime"]):
                continue
            update = next(
                (item for item in self.updates if item.version == asked["TargetOSVersion"]), None
            )
            if update is None:
                self.update_failure = f"No update to {asked['TargetOSVersion']} was found."
                continue
            self.scheduled.add(update.product_key)
            self.update_failure = ""
            self.install_updates()

    @property
    def passcode_complies(self) -> bool:
        """Whether the passcode meets every policy that is installed."""
        declared = (rules_of(item) for item in self.declared(kinds.PASSCODE))
        installed = self.payloads(PASSWORD_POLICY)
        return all(complies(self.passcode, rules) for rules in (*installed, *declared))

    @property
    def user_enrolled(self) -> bool:
        """Whether Apple's system hides what is personal from the server."""
        return any(
            item.get("EnrollmentMode") == "BYOD" or "ManagedAppleID" in item
            for item in self.payloads(MANAGEMENT)
        )

    @property
    def rights(self) -> int:
        """The access rights that the management profile asked for."""
        return max((item.get("AccessRights", 0) for item in self.payloads(MANAGEMENT)), default=0)


def iphone(**more: Any) -> State:
    return State(**{**_IPHONE, **more})


def ipad(**more: Any) -> State:
    return State(**{**_IPAD, **more})


def mac(**more: Any) -> State:
    return State(**{**_MAC, **more})


_IPHONE = {"product": "iPhone17,3", "model_name": "iPhone", "os_version": "18.1", "build": "22B83"}
_IPAD = {"product": "iPad16,3", "model_name": "iPad", "os_version": "18.1", "build": "22B83"}
_MAC = {"product": "Mac15,6", "model_name": "MacBook Pro", "os_version": "15.1", "build": "24B83"}
