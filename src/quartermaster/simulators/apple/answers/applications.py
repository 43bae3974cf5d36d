"""Applications: what is there, and what the server brings and takes."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from quartermaster.drivers.apple.wire import plist
from quartermaster.simulators.apple.answers.base import Answer, Handler, Refusal
from quartermaster.simulators.apple.state import App, State, Store

NO_SUCH_APP, ALREADY_THERE, NO_LICENCE, NOT_MANAGED = 12023, 12025, 12064, 12029
NO_MANIFEST, WRONG_HASH = 12027, 12028


def _installed(state: State, command: Mapping[str, Any]) -> Answer:
    managed_only = command.get("ManagedAppsOnly", False) or state.user_enrolled
    return {
        "InstalledApplicationList": [
            {
                "Identifier": app.identifier,
                "Name": app.name,
                "Version": app.version,
                "ShortVersion": app.version,
                "Installing": False,
                **({} if state.is_mac else {"AppStoreVendable": not app.elsewhere}),
            }
            for app in state.apps
            if app.managed or not managed_only
        ]
    }


def _managed(state: State, command: Mapping[str, Any]) -> Answer:
    asked = command.get("Identifiers")
    states = {
        **{app.identifier: ("Managed", app) for app in state.apps if app.managed},
        **{name: ("Prompting", app) for name, app in state.pending.items()},
        **{name: (said, App(name, name)) for name, said in state.told_once.items()},
    }
    state.told_once.clear()
    return {
        "ManagedApplicationList": {
            name: {
                "Status": said,
                "ManagementFlags": app.flags,
                "HasConfiguration": app.configured,
                "HasFeedback": False,
                "ExternalVersionIdentifier": app.external_version,
                **({} if state.is_mac else _OF_PHONES),
            }
            for name, (said, app) in states.items()
            if not asked or name in asked
        }
    }


_OF_PHONES = {"UnusedRedemptionCode": "", "IsValidated": True}


def _install(state: State, command: Mapping[str, Any]) -> Answer:
    app = _wanted(state, command)
    present = next((item for item in state.apps if item.identifier == app.identifier), None)
    take_over = command.get("ChangeManagementState") == "Managed"
    if present is not None and not present.managed and not take_over:
        raise Refusal(ALREADY_THERE, "The app is already installed.")
    flags = int(command.get("ManagementFlags", 0))
    made = replace(app, managed=True, flags=flags, configured="Configuration" in command)
    if state.asks_holder and not state.supervised and present is None:
        state.pending[app.identifier] = made
        return {"Identifier": app.identifier, "State": "Prompting"}
    state.apps = [item for item in state.apps if item.identifier != app.identifier] + [made]
    return {"Identifier": app.identifier, "State": "Managed" if present else "Installing"}


def _wanted(state: State, command: Mapping[str, Any]) -> App:
    """What the command names: a number of the store, a bundle there, or a manifest's address."""
    if "ManifestURL" in command:
        return _packaged(state, str(command["ManifestURL"]))
    number = command.get("iTunesStoreID")
    licensed = command.get("Options", {}).get("PurchaseMethod") == 1
    if state.shop is not None and isinstance(number, int):
        return _bought(state.shop, state, number, licensed=licensed)
    app = state.store.get(number) if isinstance(number, int) else None
    if app is None:
        wanted = command.get("Identifier")
        app = next((item for item in state.store.values() if item.identifier == wanted), None)
    if app is None:
        raise Refusal(NO_SUCH_APP, "The App Store has no app with this number.")
    if licensed and app.identifier not in state.licences:
        raise Refusal(NO_LICENCE, "No license was found for the app.")
    return app


def _bought(shop: Store, state: State, number: int, *, licensed: bool) -> App:
    """What Apple gives to this serial number, or to the account of a personal device."""
    serial = "" if state.user_enrolled else state.serial
    app = shop.app_for(number, serial, state.account, licensed=licensed)
    if app is None:
        raise Refusal(NO_LICENCE, "No license was found for the app.")
    return replace(app, external_version=shop.external_id(app.identifier))


def _packaged(state: State, address: str) -> App:
    """Fetch the manifest and what it names, and check each piece by its hash."""
    if state.fetch is None:
        name = address.rsplit("/", 1)[-1].partition(".")[0]
        return App(f"city.package.{name}", name)
    try:
        (item,) = plist.loads(state.fetch(address))["items"]
        (asset,) = (a for a in item["assets"] if a["kind"] == "software-package")
        content = state.fetch(asset["url"])
    except Exception as problem:
        raise Refusal(NO_MANIFEST, f"Could not retrieve the app: {problem}") from problem
    size, hashes = asset["sha256-size"], asset["sha256s"]
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    if [hashlib.sha256(piece).hexdigest() for piece in pieces] != hashes:
        raise Refusal(WRONG_HASH, "The downloaded package does not have the expected hash.")
    about = item["metadata"]
    return App(about["bundle-identifier"], about["title"], about["bundle-version"])


def _install_package(state: State, command: Mapping[str, Any]) -> Answer:
    managed = command.get("InstallAsManaged") is True
    app = _wanted(state, command)
    made = replace(app, managed=managed, flags=int(command.get("ManagementFlags", 0)))
    state.apps = [item for item in state.apps if item.identifier != app.identifier] + [made]
    return {}


def _remove(state: State, command: Mapping[str, Any]) -> Answer:
    wanted = command.get("Identifier")
    if not any(item.identifier == wanted and item.managed for item in state.apps):
        raise Refusal(NOT_MANAGED, "The app is not managed.")
    state.apps = [item for item in state.apps if item.identifier != wanted]
    return {}


def _validate(_state: State, _command: Mapping[str, Any]) -> Answer:
    return {}


HANDLERS: Mapping[str, Handler] = {
    "InstalledApplicationList": _installed,
    "ManagedApplicationList": _managed,
    "InstallApplication": _install,
    "InstallEnterpriseApplication": _install_package,
    "RemoveApplication": _remove,
    "ValidateApplications": _validate,
}
