"""Profiles and declarations: what carries settings."""

from quartermaster.drivers.apple.wire.commands.checks import Command


def install_profile(profile: bytes) -> Command:
    return {"RequestType": "InstallProfile", "Payload": profile}


def remove_profile(identifier: str) -> Command:
    return {"RequestType": "RemoveProfile", "Identifier": identifier}


def declarative_management(tokens: bytes = b"") -> Command:
    """Tell the device that its declarations changed.

    ``tokens`` is the JSON of the newest ones; without it the device asks, and is never told what
    has changed again by the time that the command reaches it.
    """
    return {"RequestType": "DeclarativeManagement", **({"Data": tokens} if tokens else {})}


def device_configured() -> Command:
    """Let a device go on that waits in its set-up assistant."""
    return {"RequestType": "DeviceConfigured"}
