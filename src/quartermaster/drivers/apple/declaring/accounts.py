"""The accounts that the City's phones are set up with, as declarations."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quartermaster.drivers.apple.wire.declarative.availability import ACCOUNT
from quartermaster.mdm.driver import Context

Account = Mapping[str, Any]
BY_PASSWORD = "Password"  # noqa: S105 (the name of a method)


def accounts_for(context: Context, configured: Sequence[Account]) -> list[Account]:
    """Those that are meant for such a device; a personal one gets what is offered to it alone."""
    if not context.holder.email:
        return []
    return [item for item in configured if item["personal"] or not context.personal]


def identity(context: Context) -> dict[str, Any]:
    """``com.apple.asset.useridentity``: whose account it is."""
    return {"FullName": context.holder.name, "EmailAddress": context.holder.email}


def kind_of(account: Account) -> str:
    return f"{ACCOUNT}{account['kind']}"


def content(account: Account, identity_reference: str) -> dict[str, Any]:
    """The payload of one account; its password is asked of the holder by the device."""
    return {"VisibleName": account["name"], **_KINDS[account["kind"]](account, identity_reference)}


def _exchange(account: Account, identity_reference: str) -> dict[str, Any]:
    found = {
        "EnabledProtocolTypes": ["EAS"],
        "HostName": account["host"],
        "UserIdentityAssetReference": identity_reference,
    }
    return found | ({"OAuth": {"Enabled": True}} if account["sign_in"] else {})


def _mail(account: Account, identity_reference: str) -> dict[str, Any]:
    incoming = {"ServerType": "IMAP", **_server(account["host"], account["port"])}
    outgoing = _server(account["outgoing_host"] or account["host"], account["outgoing_port"])
    return {
        "UserIdentityAssetReference": identity_reference,
        "IncomingServer": incoming,
        "OutgoingServer": outgoing,
    }


def _server(host: str, port: int | None) -> dict[str, Any]:
    found = {"HostName": host, "AuthenticationMethod": BY_PASSWORD}
    return found | ({"Port": port} if port else {})


def _dav(account: Account, _identity_reference: str) -> dict[str, Any]:
    found = {"HostName": account["host"], "Port": account["port"], "Path": account["path"]}
    return {key: value for key, value in found.items() if value}


def _google(_account: Account, identity_reference: str) -> dict[str, Any]:
    return {"UserIdentityAssetReference": identity_reference}


_KINDS: Mapping[str, Callable[[Account, str], dict[str, Any]]] = {
    "exchange": _exchange,
    "mail": _mail,
    "caldav": _dav,
    "carddav": _dav,
    "google": _google,
}
