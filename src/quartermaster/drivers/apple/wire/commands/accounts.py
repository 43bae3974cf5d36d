"""Accounts on Macs."""

import re

from quartermaster.drivers.apple.wire.commands.checks import Command
from quartermaster.drivers.apple.wire.errors import Malformed

_SHORT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,254}")


def unlock_user_account(name: str) -> Command:
    """Unlock a local account that failed attempts have locked."""
    return {"RequestType": "UnlockUserAccount", "UserName": _short_name(name)}


def delete_user(name: str) -> Command:
    return {"RequestType": "DeleteUser", "UserName": _short_name(name)}


def enable_remote_desktop() -> Command:
    return {"RequestType": "EnableRemoteDesktop"}


def disable_remote_desktop() -> Command:
    return {"RequestType": "DisableRemoteDesktop"}


def _short_name(name: str) -> str:
    if not _SHORT_NAME.fullmatch(name):
        raise Malformed(f"“{name[:60]}” is no name of an account.")
    return name
