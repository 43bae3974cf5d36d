"""What a device is asked at each look: only what its ownership and its system answer (G-1)."""

from quartermaster.drivers.apple.wire import commands
from quartermaster.drivers.apple.wire.commands import Command


def inquiries(*, personal: bool, platform: str) -> tuple[Command, ...]:
    """The questions to one device, in the order in which they are sent.

    A personal Mac keeps its list of applications to itself: Apple forbids the question under User
    Enrolment, and for the same reason it is not put to other personal Macs. Queries that only
    Macs have are not put to phones.
    """
    device = commands.device_information(personal=personal)
    if platform != "macos":
        device = {**device, "Queries": [q for q in device["Queries"] if q not in MAC_ONLY]}
    else:
        device = {**device, "Queries": [q for q in device["Queries"] if q not in PHONE_ONLY]}
    asked = [device, commands.security_info()]
    if not (personal and platform == "macos"):
        asked.append(commands.installed_application_list(personal=personal))
    asked.append(commands.profile_list(personal=personal))
    return tuple(asked)


MAC_ONLY = frozenset({"EthernetMAC"})
PHONE_ONLY = frozenset(
    {
        "IsMultiUser",
        "ServiceSubscriptions",
        "IsDeviceLocatorServiceEnabled",
        "IsMDMLostModeEnabled",
        "TimeZone",
    }
)
