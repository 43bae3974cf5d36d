"""Applications that the house installs, looks after and takes away."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

from quartermaster.drivers.apple.wire.commands.checks import Command, identifier, web_address
from quartermaster.drivers.apple.wire.errors import Malformed


class Management(IntFlag):
    """What becomes of a managed application."""

    REMOVE_AT_UNENROLMENT = 1
    KEEP_OUT_OF_BACKUPS = 4


DEFAULT = Management.REMOVE_AT_UNENROLMENT | Management.KEEP_OUT_OF_BACKUPS
_DEEPEST = 8
_MOST_VALUES = 500
_VALUES = (str, bool, int, float)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_DOMAIN = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_FLAGS = frozenset(
    {
        "Removable",
        "TapToPayScreenLock",
        "AssociatedDomainsEnableDirectDownloads",
        "Hideable",
        "Lockable",
    }
)
_UUIDS = frozenset({"VPNUUID", "ContentFilterUUID", "DNSProxyUUID", "RelayUUID"})


@dataclass(frozen=True)
class Terms:
    """How an application is managed. ``mac`` says it the way in which Macs want to hear it.

    ``take_over``: it is there already and becomes managed.
    """

    flags: Management = DEFAULT
    take_over: bool = False
    configuration: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    mac: bool = False


MANAGED = Terms()


def install_from_store(store_id: int, *, licensed: bool = True, terms: Terms = MANAGED) -> Command:
    """Install from the App Store, by a licence of the device or of its holder."""
    if store_id <= 0:
        raise Malformed("An application of the store has a number.")
    command = {
        "RequestType": "InstallApplication",
        "iTunesStoreID": store_id,
        "Options": {"PurchaseMethod": 1 if licensed else 0},
    }
    return _managed(command, terms)


def install_from_manifest(address: str, *, terms: Terms = MANAGED) -> Command:
    """Install a package of the City's own by the address of its manifest."""
    command = {"RequestType": "InstallApplication", "ManifestURL": web_address(address)}
    return _managed(command, terms)


def install_package(address: str, *, terms: Terms | None = None) -> Command:
    """Install a Mac's installer package by the address of its manifest."""
    command = {"RequestType": "InstallEnterpriseApplication", "ManifestURL": web_address(address)}
    if terms is None:
        return command
    known = terms.flags & Management.REMOVE_AT_UNENROLMENT  # it knows no other flag
    plain = Terms(known, terms.take_over, terms.configuration, mac=True)
    return _managed(command, plain)


def _managed(command: Command, terms: Terms) -> Command:
    if terms.mac:
        command["InstallAsManaged"] = True
    if terms.flags:
        command["ManagementFlags"] = int(terms.flags)
    if terms.take_over:
        command["ChangeManagementState"] = "Managed"
    if terms.configuration:
        command["Configuration"] = configuration(terms.configuration)
    if terms.attributes:
        command["Attributes"] = attributes(terms.attributes)
    return command


def configuration(values: Mapping[str, Any]) -> dict[str, Any]:
    """Settings for an application: texts, numbers, yes and no, lists and dictionaries of them."""
    made = {str(key): _value(value, 1) for key, value in values.items()}
    if _size(made) > _MOST_VALUES:
        raise Malformed(f"The configuration has more than {_MOST_VALUES} values.")
    return made


def _value(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise Malformed("The configuration is nested too deeply.")
    if isinstance(value, Mapping):
        return {str(key): _value(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_value(item, depth + 1) for item in value]
    if not isinstance(value, _VALUES):
        raise Malformed("A configuration has texts, numbers, true and false, and lists of them.")
    if isinstance(value, str) and any(ord(c) < ord(" ") and c not in "\t\n\r" for c in value):
        raise Malformed("A text of the configuration has characters that cannot be sent.")
    return value


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_size, value.values())) + len(value)
    return sum(map(_size, value)) + 1 if isinstance(value, list) else 1


def attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the system does for the application: per-app VPN, domains, whether it may be removed."""
    for key, value in values.items():
        if key in _FLAGS:
            good = isinstance(value, bool)
        elif key in _UUIDS:
            good = isinstance(value, str) and bool(_UUID.fullmatch(value))
        elif key == "AssociatedDomains":
            good = isinstance(value, list) and all(
                isinstance(item, str) and _DOMAIN.fullmatch(item.partition(":")[2] or item)
                for item in value
            )
        else:
            good = False
        if not good:
            raise Malformed(f"“{str(key)[:60]}” is no attribute of an application, or its value.")
    return dict(values)


def remove_application(bundle: str) -> Command:
    return {"RequestType": "RemoveApplication", "Identifier": identifier(bundle)}


def validate_applications(bundles: Sequence[str] = ()) -> Command:
    command: Command = {"RequestType": "ValidateApplications"}
    if bundles:
        command["Identifiers"] = [identifier(item) for item in bundles]
    return command
