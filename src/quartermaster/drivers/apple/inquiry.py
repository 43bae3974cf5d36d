"""What a device is asked at each look: only what its ownership and its system answer (G-1)."""

from collections.abc import Mapping

from quartermaster.drivers.apple import attesting
from quartermaster.drivers.apple.declaring.able import subscribed, target_of
from quartermaster.drivers.apple.wire import commands
from quartermaster.drivers.apple.wire.commands import Command
from quartermaster.drivers.apple.wire.declarative.availability import knows_declarations
from quartermaster.mdm.driver import Context, Disclosure
from quartermaster.mdm.ways import Way


def inquiries(
    *, personal: bool, platform: str, user_enrolment: bool = False
) -> tuple[Command, ...]:
    """The questions to one device, in the order in which they are sent.

    A personal device that came by a plain profile did not grant the right to read its list of
    applications, not even the City's; under User Enrolment a phone answers with those alone, and
    Apple forbids the question to a Mac. Queries that only Macs have are not put to phones.
    """
    device = commands.device_information(personal=personal)
    if platform != "macos":
        device = {**device, "Queries": [q for q in device["Queries"] if q not in MAC_ONLY]}
    else:
        device = {**device, "Queries": [q for q in device["Queries"] if q not in PHONE_ONLY]}
    asked = [device, commands.security_info()]
    if not personal or (user_enrolment and platform != "macos"):
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

_SYSTEM, _MODEL = "the version of its system", "which model it is"
_SERIAL = "its serial number"
_KNOWN_BY = "the number by which it makes itself known"
_STATE = "whether it is supervised, shared or locked to an account"
_STORE = "its storage and battery"
_ADDRESS = "the addresses of its network parts"
WORDS: Mapping[str, str] = {
    "DeviceName": "its name",
    "OSVersion": _SYSTEM,
    "BuildVersion": _SYSTEM,
    "SupplementalOSVersionExtra": _SYSTEM,
    "ModelName": _MODEL,
    "Model": _MODEL,
    "ProductName": _MODEL,
    "SerialNumber": _SERIAL,
    "UDID": _KNOWN_BY,
    "IsSupervised": _STATE,
    "IsMultiUser": _STATE,
    "IsDeviceLocatorServiceEnabled": _STATE,
    "IsActivationLockEnabled": _STATE,
    "IsMDMLostModeEnabled": _STATE,
    "AwaitingConfiguration": _STATE,
    "DeviceCapacity": _STORE,
    "AvailableDeviceCapacity": _STORE,
    "BatteryLevel": _STORE,
    "WiFiMAC": _ADDRESS,
    "EthernetMAC": _ADDRESS,
    "ServiceSubscriptions": "its SIM cards and telephone numbers",
    "TimeZone": "its time zone",
    "SecurityInfo": "whether a passcode is set and its storage is encrypted",
    "InstalledApplicationList": "which applications are installed",
    "InstalledApplicationList, managed": "which applications of the City are installed",
    "DevicePropertiesAttestation": "whether Apple vouches for it and for its system",
    "ProfileList": "which profiles with settings are installed",
    "ProfileList, managed": "which settings of the City are installed",
}
NEVER = (
    "messages, mail and calls",
    "photographs, contacts and calendars",
    "what is looked at in the browser",
    "where it is",
)


# what a device reports by itself, once it takes declarations
ITEM_WORDS: Mapping[str, str] = {
    "device.identifier.": _KNOWN_BY,
    "device.model.": _MODEL,
    "device.operating-system.": _SYSTEM,
    "diskmanagement.": WORDS["SecurityInfo"],
    "management.": WORDS["ProfileList, managed"],
    "mdm.app": WORDS["InstalledApplicationList, managed"],
    "passcode.": WORDS["SecurityInfo"],
    "softwareupdate.": "whether an update of its system waits, and why one failed",
}


def _told(*, personal: bool, platform: str, user_enrolment: bool = False) -> tuple[str, ...]:
    """What the answers and the reports tell, each thing once."""
    told: dict[str, None] = {}
    for command in inquiries(personal=personal, platform=platform, user_enrolment=user_enrolment):
        kind = str(command["RequestType"])
        narrowed = command.get("ManagedAppsOnly") or command.get("ManagedOnly")
        asked = command.get("Queries", [f"{kind}, managed" if narrowed else kind])
        told.update((WORDS[name], None) for name in asked)
    context = Context(
        "personal" if personal else "city",
        platform,
        supervised=not personal,
        way=Way.ACCOUNT_DRIVEN_USER if user_enrolment else Way.PROFILE,
    )
    if not attesting.why_not(context):
        told[WORDS["DevicePropertiesAttestation"]] = None
    for name in subscribed(context) if knows_declarations(target_of(context)) else ():
        words = next(text for start, text in ITEM_WORDS.items() if name.startswith(start))
        if words != WORDS["ProfileList, managed"] or personal:  # of the City's, all are told
            told[words] = None
    return tuple(told)


# A personal device without a Managed Apple Account says these of itself when it enrols, unasked.
AT_ENROLMENT = (_KNOWN_BY, "its serial number and IMEI, said once when it enrols and not kept")
# Under User Enrolment it has a number that is made for this enrolment and tells nothing else.
AS_A_USER = ("a number made for this enrolment alone",)
_OTHER = {
    WORDS["InstalledApplicationList"]: "which applications of your own are installed",
    WORDS["ProfileList"]: "which other profiles are installed",
}


def disclosed(*, personal: bool, platform: str, user_enrolment: bool = False) -> Disclosure:
    """What the City sees, made of the questions that are really put; and what it does not (G-1)."""
    seen = _told(personal=personal, platform=platform, user_enrolment=user_enrolment)
    if not personal:
        return Disclosure(seen=seen, unseen=NEVER)
    unasked = AS_A_USER if user_enrolment else (*AT_ENROLMENT, _SERIAL)
    told = {*seen, *unasked}
    kept = [words for words in _told(personal=False, platform=platform) if words not in told]
    unseen = (*(_OTHER.get(words, words) for words in kept), *NEVER)
    said = AS_A_USER if user_enrolment else AT_ENROLMENT
    return Disclosure(seen=(*seen, *said), unseen=unseen)
