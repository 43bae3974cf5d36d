"""What a simulated device is at the moment: settable by whoever plays with it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from quartermaster.simulators.apple.passcodes import complies

PASSWORD_POLICY = "com.apple.mobiledevice.passwordpolicy"  # noqa: S105 (the name of a payload)
MANAGEMENT = "com.apple.mdm"


@dataclass(frozen=True)
class App:
    """An installed application; ``managed`` if the server installed it."""

    identifier: str
    name: str
    version: str = "1.0"
    managed: bool = False


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
    apps: list[App] = field(default_factory=list)
    profiles: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_mac(self) -> bool:
        return "Mac" in self.product

    def payloads(self, kind: str) -> Iterator[dict[str, Any]]:
        """The installed payloads of one type."""
        for profile in self.profiles.values():
            for payload in profile.get("PayloadContent", []):
                if payload.get("PayloadType") == kind:
                    yield payload

    @property
    def passcode_complies(self) -> bool:
        """Whether the passcode meets every policy that is installed."""
        return all(complies(self.passcode, rules) for rules in self.payloads(PASSWORD_POLICY))

    @property
    def user_enrolled(self) -> bool:
        """Whether Apple's system hides what is personal from the server."""
        return any(item.get("EnrollmentMode") == "BYOD" for item in self.payloads(MANAGEMENT))

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
