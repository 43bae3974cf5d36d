"""Accounts on Macs and shared devices."""

from collections.abc import Mapping
from typing import Any

from quartermaster.simulators.apple.answers.base import Answer, Handler, Refusal
from quartermaster.simulators.apple.state import Account, State

NO_SUCH_USER, LOGGED_IN, NOBODY_THERE = 12071, 12072, 12007
FIRST_USER_NUMBER = 501


def _list(state: State, _command: Mapping[str, Any]) -> Answer:
    return {"Users": [_told(account, place) for place, account in enumerate(state.accounts)]}


def _told(account: Account, place: int) -> Answer:
    return {
        "UserName": account.name,
        "FullName": account.full_name,
        "UID": FIRST_USER_NUMBER + place,
        "UserGUID": account.guid,
        "IsLoggedIn": account.logged_in,
        "MobileAccount": False,
        "HasSecureToken": account.secure_token,
    }


def _delete(state: State, command: Mapping[str, Any]) -> Answer:
    name = command.get("UserName")
    found = [account for account in state.accounts if account.name == name]
    if not found:
        raise Refusal(NO_SUCH_USER, "The user does not exist.")
    if found[0].logged_in:
        raise Refusal(LOGGED_IN, "The user is logged in.")
    state.accounts.remove(found[0])
    return {}


def _log_out(state: State, _command: Mapping[str, Any]) -> Answer:
    present = [account for account in state.accounts if account.logged_in]
    if not present:
        raise Refusal(NOBODY_THERE, "Nobody is logged in.")
    for account in present:
        account.logged_in = False
    return {}


def _unlock(state: State, command: Mapping[str, Any]) -> Answer:
    for account in state.accounts:
        if account.name == command.get("UserName"):
            account.failed_attempts = 0
            return {}
    raise Refusal(NO_SUCH_USER, "The user does not exist.")


def _remote_desktop(state: State, command: Mapping[str, Any]) -> Answer:
    state.remote_desktop = command["RequestType"] == "EnableRemoteDesktop"
    return {}


HANDLERS: Mapping[str, Handler] = {
    "UserList": _list,
    "DeleteUser": _delete,
    "LogOutUser": _log_out,
    "UnlockUserAccount": _unlock,
    "EnableRemoteDesktop": _remote_desktop,
    "DisableRemoteDesktop": _remote_desktop,
}
