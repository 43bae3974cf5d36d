"""Updates of the system."""

from collections.abc import Mapping
from typing import Any

from quartermaster.simulators.apple.answers.base import Answer, Handler, Refusal
from quartermaster.simulators.apple.state import State, Update

NO_UPDATE, NO_SPACE = 12048, 12054
GIGABYTE = 1_000_000_000


def _available(state: State, _command: Mapping[str, Any]) -> Answer:
    return {"AvailableOSUpdates": [_told(state, update) for update in state.updates]}


def _told(state: State, update: Update) -> Answer:
    family = "macOS" if state.is_mac else "iOS"
    told: Answer = {
        "ProductKey": update.product_key,
        "HumanReadableName": f"{family} {update.version}",
        "Version": update.version,
        "Build": update.build,
        "DownloadSize": GIGABYTE,
        "IsCritical": update.critical,
        "RestartRequired": True,
        "AllowsInstallLater": True,
        "IsSecurityResponse": False,
    }
    if not state.is_mac:
        told |= {"ProductName": family, "InstallSize": GIGABYTE}
    else:
        told |= {"HumanReadableNameLocale": "en", "MetadataURL": "", "AppIdentifiersToClose": []}
        told["IsMajorOSUpdate"] = update.version.split(".")[0] != state.os_version.split(".")[0]
    return told


def _status(state: State, _command: Mapping[str, Any]) -> Answer:
    return {
        "OSUpdateStatus": [
            {
                "ProductKey": update.product_key,
                "IsDownloaded": update.product_key in state.downloaded,
                "DownloadPercentComplete": float(update.product_key in state.downloaded),
                "Status": "Installing" if update.product_key in state.scheduled else "Idle",
            }
            for update in state.updates
        ]
    }


def _schedule(state: State, command: Mapping[str, Any]) -> Answer:
    results = []
    for asked in command.get("Updates", []):
        update = _found(state, asked)
        if state.short_of_space:
            raise Refusal(NO_SPACE, "There is not enough space to download the update.")
        wanted = str(asked["InstallAction"])
        action = "InstallASAP" if wanted == "Default" else wanted
        state.downloaded.add(update.product_key)
        if action in {"InstallASAP", "InstallForceRestart"}:
            state.scheduled.add(update.product_key)
        results.append(
            {
                "ProductKey": update.product_key,
                "InstallAction": action,
                "Status": "Installing" if update.product_key in state.scheduled else "Downloading",
            }
        )
    return {"UpdateResults": results}


def _found(state: State, asked: Mapping[str, Any]) -> Update:
    for update in state.updates:
        if asked.get("ProductKey", update.product_key) == update.product_key and (
            asked.get("ProductVersion", update.version) == update.version
        ):
            return update
    raise Refusal(NO_UPDATE, "No such update is available.")


def _scan(_state: State, _command: Mapping[str, Any]) -> Answer:
    return {"ScanInitiated": True}


HANDLERS: Mapping[str, Handler] = {
    "AvailableOSUpdates": _available,
    "OSUpdateStatus": _status,
    "ScheduleOSUpdate": _schedule,
    "ScheduleOSUpdateScan": _scan,
}
