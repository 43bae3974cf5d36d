"""Applications: what is there, and what the server brings and takes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from quartermaster.simulators.apple.answers.base import Answer, Handler, Refusal
from quartermaster.simulators.apple.state import App, State

NO_SUCH_APP, ALREADY_THERE, NO_LICENCE, NOT_MANAGED = 12023, 12025, 12064, 12029


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
            }
            for app in state.apps
            if app.managed or not managed_only
        ]
    }


def _managed(state: State, command: Mapping[str, Any]) -> Answer:
    asked = command.get("Identifiers")
    return {
        "ManagedApplicationList": {
            app.identifier: {
                "Status": "Managed",
                "ManagementFlags": app.flags,
                "HasConfiguration": app.configured,
                "HasFeedback": False,
                "ExternalVersionIdentifier": 0,
                **({} if state.is_mac else _OF_PHONES),
            }
            for app in state.apps
            if app.managed and (not asked or app.identifier in asked)
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
    state.apps = [item for item in state.apps if item.identifier != app.identifier] + [made]
    return {"Identifier": app.identifier, "State": "Managed" if present else "Installing"}


def _wanted(state: State, command: Mapping[str, Any]) -> App:
    """What the command names: a number of the store, a bundle there, or a manifest's address."""
    if "ManifestURL" in command:
        name = str(command["ManifestURL"]).rsplit("/", 1)[-1].partition(".")[0]
        return App(f"city.package.{name}", name)
    number = command.get("iTunesStoreID")
    app = state.store.get(number) if isinstance(number, int) else None
    if app is None:
        wanted = command.get("Identifier")
        app = next((item for item in state.store.values() if item.identifier == wanted), None)
    if app is None:
        raise Refusal(NO_SUCH_APP, "The App Store has no app with this number.")
    licensed = command.get("Options", {}).get("PurchaseMethod") == 1
    if licensed and app.identifier not in state.licences:
        raise Refusal(NO_LICENCE, "No license was found for the app.")
    return app


def _install_package(state: State, command: Mapping[str, Any]) -> Answer:
    state.apps.append(replace(_wanted(state, command), managed=False))
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
