"""Where each declaration and each status item is known: facts of Apple's schema, as a test shows.

``phones`` stands for iPhone and iPad. The kind of an enrolment decides beside the version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ACTIVATION = "com.apple.activation.simple"
ACCOUNT = "com.apple.configuration.account."
DISK_MANAGEMENT = "com.apple.configuration.diskmanagement.settings"
LEGACY = "com.apple.configuration.legacy"
ORGANISATION = "com.apple.management.organization-info"
PASSCODE = "com.apple.configuration.passcode.settings"
PROPERTIES = "com.apple.management.properties"
SUBSCRIPTIONS = "com.apple.configuration.management.status-subscriptions"
UPDATE_BY = "com.apple.configuration.softwareupdate.enforcement.specific"
UPDATES = "com.apple.configuration.softwareupdate.settings"
USER_IDENTITY = "com.apple.asset.useridentity"


class Kind(StrEnum):
    """How a device is enrolled, in Apple's words."""

    SUPERVISED = "supervised"
    DEVICE = "device"
    USER = "user"


@dataclass(frozen=True)
class Target:
    """The device that something is declared to. An unknown version is taken for a present one."""

    mac: bool
    kind: Kind
    version: str = ""


@dataclass(frozen=True)
class Since:
    """From which version on, and in which kinds of enrolment (all, where none is named)."""

    version: str
    kinds: frozenset[Kind] = frozenset(Kind)


@dataclass(frozen=True)
class Availability:
    """None: not on this family, or not on its device channel."""

    phones: Since | None
    macs: Since | None


_SUPERVISED = frozenset({Kind.SUPERVISED})
_MANAGED = frozenset({Kind.SUPERVISED, Kind.DEVICE})
_MAC = frozenset({Kind.SUPERVISED, Kind.USER})
_EVERYWHERE = Availability(Since("15.0"), Since("13.0"))
_ON_PHONES = Availability(Since("15.0"), None)
_TOLD = Availability(Since("15.0"), Since("13.0", _MAC))
_NOT_BY_USERS = Availability(Since("16.0", _MANAGED), Since("13.0", _SUPERVISED))
_UPDATING = Availability(Since("17.0", _MANAGED), Since("14.0", _SUPERVISED))

DECLARATIONS: Mapping[str, Availability] = {
    ACTIVATION: _EVERYWHERE,
    f"{ACCOUNT}caldav": _ON_PHONES,
    f"{ACCOUNT}carddav": _ON_PHONES,
    f"{ACCOUNT}exchange": _ON_PHONES,
    f"{ACCOUNT}google": _ON_PHONES,
    f"{ACCOUNT}mail": _ON_PHONES,
    LEGACY: _TOLD,
    ORGANISATION: _EVERYWHERE,
    PASSCODE: Availability(Since("15.0"), Since("13.0", _SUPERVISED)),
    PROPERTIES: Availability(Since("16.0"), Since("13.0")),
    SUBSCRIPTIONS: _TOLD,
    UPDATES: Availability(Since("18.0", _MANAGED), Since("15.0", _SUPERVISED)),
    UPDATE_BY: _UPDATING,
    USER_IDENTITY: _EVERYWHERE,
}
# keys that came later than their declaration
KEYS: Mapping[tuple[str, str], Availability] = {
    (PASSCODE, "RequireAlphanumericPasscode"): Availability(
        Since("16.2"), Since("13.1", _SUPERVISED)
    ),
    (PASSCODE, "MinimumComplexCharacters"): Availability(Since("16.2"), Since("13.1", _SUPERVISED)),
    (PASSCODE, "MaximumPasscodeAgeInDays"): Availability(Since("16.2"), Since("13.1", _SUPERVISED)),
    (UPDATES, "AutomaticActions"): Availability(
        Since("18.0", _SUPERVISED), Since("15.0", _SUPERVISED)
    ),
    (UPDATES, "RapidSecurityResponse"): Availability(
        Since("18.0", _SUPERVISED), Since("15.0", _SUPERVISED)
    ),
    (UPDATES, "AutomaticActions.InstallSecurityUpdate"): Availability(
        None, Since("15.0", _SUPERVISED)
    ),
}
ITEMS: Mapping[str, Availability] = {
    "device.identifier.serial-number": _NOT_BY_USERS,
    "device.identifier.udid": _NOT_BY_USERS,
    "device.model.family": _TOLD,
    "device.model.identifier": _TOLD,
    "device.model.marketing-name": _TOLD,
    "device.operating-system.build-version": _TOLD,
    "device.operating-system.family": _TOLD,
    "device.operating-system.marketing-name": _TOLD,
    "device.operating-system.version": _TOLD,
    "diskmanagement.filevault.enabled": Availability(None, Since("14.0", _SUPERVISED)),
    "management.client-capabilities": _TOLD,
    "management.declarations": _TOLD,
    "mdm.app": Availability(Since("16.0"), None),
    "passcode.is-compliant": Availability(Since("16.0"), None),
    "passcode.is-present": Availability(Since("16.0"), None),
    "softwareupdate.failure-reason": _UPDATING,
    "softwareupdate.install-state": _UPDATING,
    "softwareupdate.pending-version": _UPDATING,
}


def knows_declarations(target: Target) -> bool:
    """Whether such a device takes declarations at all.

    iOS 15 took them under User Enrolment only, and a Mac wants to be supervised or enrolled by its
    user, as its status cannot be subscribed to otherwise.
    """
    if not target.mac and target.kind is not Kind.USER:
        return not _older(target.version, "16.0")
    return available(SUBSCRIPTIONS, target)


def available(name: str, target: Target) -> bool:
    """Whether such a device has this declaration or this status item."""
    return _has(DECLARATIONS.get(name) or ITEMS.get(name), target)


def has_key(kind: str, key: str, target: Target) -> bool:
    """Whether such a device knows this key of a declaration."""
    later = KEYS.get((kind, key))
    return later is None or _has(later, target)


def _has(found: Availability | None, target: Target) -> bool:
    since = found and (found.macs if target.mac else found.phones)
    if not since or target.kind not in since.kinds:
        return False
    return not _older(target.version, since.version)


def _older(version: str, than: str) -> bool:
    return bool(version) and _key(version) < _key(than)


def _key(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
