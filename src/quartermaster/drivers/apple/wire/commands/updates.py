"""Updates of the system by command, for devices that know no declarations."""

from enum import StrEnum

from quartermaster.drivers.apple.wire.commands.checks import Command
from quartermaster.drivers.apple.wire.errors import Malformed


class InstallAction(StrEnum):
    """When an update is installed. The last three are a Mac's."""

    DEFAULT = "Default"
    DOWNLOAD_ONLY = "DownloadOnly"
    AS_SOON_AS_POSSIBLE = "InstallASAP"
    NOTIFY_ONLY = "NotifyOnly"
    LATER = "InstallLater"
    FORCE_RESTART = "InstallForceRestart"


def schedule_os_update(
    *,
    version: str = "",
    product: str = "",
    action: InstallAction = InstallAction.AS_SOON_AS_POSSIBLE,
) -> Command:
    """Have one update installed, by its version or by the product key that the device gave."""
    if not version and not product:
        raise Malformed("An update is named by its version or its product key.")
    update: Command = {"InstallAction": action.value}
    if version:
        update["ProductVersion"] = version
    if product:
        update["ProductKey"] = product
    return {"RequestType": "ScheduleOSUpdate", "Updates": [update]}


def available_os_updates() -> Command:
    return {"RequestType": "AvailableOSUpdates"}


def os_update_status() -> Command:
    return {"RequestType": "OSUpdateStatus"}


def schedule_os_update_scan() -> Command:
    """Have a Mac look for updates now."""
    return {"RequestType": "ScheduleOSUpdateScan", "Force": True}
