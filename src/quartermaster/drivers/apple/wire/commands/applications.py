"""Applications that the house installs, looks after and takes away."""

from collections.abc import Mapping, Sequence
from enum import IntFlag
from typing import Any

from quartermaster.drivers.apple.wire.commands.checks import Command, identifier, web_address
from quartermaster.drivers.apple.wire.errors import Malformed


class Management(IntFlag):
    """What becomes of a managed application."""

    REMOVE_AT_UNENROLMENT = 1
    KEEP_OUT_OF_BACKUPS = 4


DEFAULT = Management.REMOVE_AT_UNENROLMENT | Management.KEEP_OUT_OF_BACKUPS


def install_from_store(
    store_id: int,
    *,
    licensed: bool = True,
    take_over: bool = False,
    configuration: Mapping[str, Any] | None = None,
    flags: Management = DEFAULT,
) -> Command:
    """Install from the App Store, by a licence of the device.

    ``take_over``: it is there already and becomes managed.
    """
    if store_id <= 0:
        raise Malformed("An application of the store has a number.")
    return _managed(
        {
            "RequestType": "InstallApplication",
            "iTunesStoreID": store_id,
            "Options": {"PurchaseMethod": 1 if licensed else 0},
        },
        take_over=take_over,
        configuration=configuration,
        flags=flags,
    )


def install_from_manifest(
    address: str,
    *,
    take_over: bool = False,
    configuration: Mapping[str, Any] | None = None,
    flags: Management = DEFAULT,
) -> Command:
    """Install a package of the City's own by the address of its manifest."""
    return _managed(
        {"RequestType": "InstallApplication", "ManifestURL": web_address(address)},
        take_over=take_over,
        configuration=configuration,
        flags=flags,
    )


def install_package(address: str) -> Command:
    """Install a Mac's installer package by the address of its manifest."""
    return {
        "RequestType": "InstallEnterpriseApplication",
        "ManifestURL": web_address(address),
    }


def _managed(
    command: Command,
    *,
    take_over: bool,
    configuration: Mapping[str, Any] | None,
    flags: Management,
) -> Command:
    command["ManagementFlags"] = int(flags)
    if take_over:
        command["ChangeManagementState"] = "Managed"
    if configuration:
        command["Configuration"] = dict(configuration)
    return command


def remove_application(bundle: str) -> Command:
    return {"RequestType": "RemoveApplication", "Identifier": identifier(bundle)}


def validate_applications(bundles: Sequence[str] = ()) -> Command:
    command: Command = {"RequestType": "ValidateApplications"}
    if bundles:
        command["Identifiers"] = [identifier(item) for item in bundles]
    return command
