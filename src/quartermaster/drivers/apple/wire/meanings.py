"""Apple's error numbers in sentences. No number says more than that the device refused."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """What a number means, what to do about it, and whether it passes by itself."""

    sentence: str
    advice: str
    temporary: bool = False


REPORT = "This is a fault of ours: report it."
WAIT = "It is tried again by itself."
CONTENT = "Look at what is in the profile; sending it again unchanged helps nothing."
SPACE = "Have space freed on the device; it is tried again by itself."
POWER = "Have the device plugged in; it is tried again by itself."
REENROL = "The device must be enrolled again."

_PROFILE = {
    1000: ("The profile is malformed.", REPORT),
    1001: ("The device does not know this version of a profile.", REPORT),
    1002: ("Something is missing in the profile.", REPORT),
    1003: ("Something in the profile is of the wrong kind.", REPORT),
    1004: ("The profile's signature is not good.", REPORT),
    1005: ("The profile is empty.", REPORT),
    1006: ("The device cannot decrypt the profile.", REPORT),
    1007: ("The profile's identifiers are not its own.", REPORT),
    1008: ("Two parts of the profile have one identifier.", REPORT),
    1009: ("The profile could not be installed.", CONTENT),
    1010: ("The device does not know a value in the profile.", CONTENT),
    2000: ("A part of the profile is malformed.", REPORT),
    2001: ("The device does not know this version of a part.", REPORT),
    2002: ("Something is missing in a part of the profile.", REPORT),
    2003: ("Something in a part of the profile is of the wrong kind.", REPORT),
    2004: ("The device does not know a value in a part of the profile.", CONTENT),
}
_INSTALLATION = {
    4000: ("The device cannot read the profile.", REPORT),
    4001: ("The profile could not be installed.", CONTENT),
    4002: ("A profile with this identifier is there already.", CONTENT),
    4003: ("The profile was not waiting to be installed.", WAIT),
    4004: ("The holder declined the installation.", "Speak with the holder."),
    4005: ("The passcode does not meet the profile's rules.", "Have the passcode changed."),
    4006: ("The profile was to be removed by now.", CONTENT),
    4007: ("The device does not know the file.", REPORT),
    4008: ("The certificates do not fit one another.", CONTENT),
    4009: ("The device is locked.", WAIT),
    4010: ("The newer profile has another identifier than the one in place.", REPORT),
    4012: ("The profile in place cannot be updated.", "Have it removed on the device first."),
    4013: ("The profile could not be updated.", CONTENT),
    4014: ("The device has lost its identity.", REENROL),
    4016: ("The device had a fault of its own.", WAIT),
    4017: ("Another profile sets the proxy already.", CONTENT),
    4018: ("Another profile sets the cellular network already.", CONTENT),
    4019: ("Another profile holds the device to one application already.", CONTENT),
    4020: ("This profile cannot be installed by hand.", CONTENT),
    4021: ("This profile cannot be installed with questions to the holder.", CONTENT),
    4022: ("This profile can be installed by management alone.", CONTENT),
    4023: ("The device does not take a part of this profile.", CONTENT),
    4024: ("The profile is not there.", "Ask the device again what it has."),
    4025: ("The profile is for supervised devices.", "Supervise the device, or do without."),
    4026: ("The profile was to be removed by now.", CONTENT),
    4027: ("The passcode must be changed first.", "Have the passcode changed."),
}
_PASSCODE = {
    5010: ("The device is locked.", WAIT),
    5011: ("The passcode is wrong.", "Ask the holder."),
    5013: (
        "The passcode cannot be cleared.",
        "The unlock token is not the device's present one; it must be enrolled again.",
    ),
    5014: ("The passcode cannot be set.", CONTENT),
}
_MDM = {
    12000: ("The management profile asks for rights that do not fit.", REENROL),
    12001: ("Another management profile is on the device.", "Have it removed there first."),
    12002: ("The device could not check in.", WAIT),
    12004: ("The device does not accept the push certificate.", "Look at the push certificate."),
    12005: ("The device cannot find its certificate.", REENROL),
    12007: ("The management profile gives no right to this.", REENROL),
    12008: ("The device does not understand the command.", REPORT),
    12009: ("The new management profile does not fit the one in place.", REENROL),
    12010: ("The device had a fault of its own.", WAIT),
    12012: ("The new management profile differs in what must not change.", REENROL),
    12013: ("The profile was not installed by management.", "Have it removed on the device."),
    12016: ("The device has lost its identity.", REENROL),
    12021: ("The device does not know this command.", "Its system is too old, or of another kind."),
    12023: ("The App Store has no application with this number.", "Look at the number."),
    12024: ("The manifest of the application cannot be checked.", "Look at its address."),
    12025: ("The application is there already.", "Have management take it over."),
    12026: ("There is no licence of the application for this device.", "Assign a licence."),
    12027: ("This is no application.", "Look at the number."),
    12029: ("The application is not managed.", "Only the holder can remove it."),
    12030: ("The address is not valid.", "Look at the address."),
    12031: ("The device may not install applications.", "A restriction forbids it."),
    12033: ("The manifest is not valid.", "Look at the manifest."),
    12034: ("The address does not begin with https.", "Look at the address."),
    12035: ("The application cannot be bought.", "Look whether it is still in the store."),
    12036: ("The application cannot be removed at this moment.", WAIT),
    12038: ("The application is not managed.", "Only the holder can remove it."),
    12040: ("Somebody must log in to the App Store.", "Assign a licence to the device instead."),
    12043: ("The download failed.", WAIT),
    12047: ("There is no licence assigned.", "Assign a licence."),
    12048: ("There is no such update for the device.", "Ask it which updates it has."),
    12049: ("The passcode must be entered before the update.", "Ask the holder to unlock it."),
    12050: ("The device could not look for updates.", WAIT),
    12051: ("The update is being loaded.", WAIT),
    12052: ("The update is loaded already.", WAIT),
    12053: ("The update can be loaded with a computer only.", "Connect it to a Mac."),
    12054: ("There is not enough space to load the update.", SPACE),
    12055: ("There is not enough power to load the update.", POWER),
    12056: ("The network is too slow or too dear for the update.", WAIT),
    12057: ("The update could not be loaded.", WAIT),
    12058: ("The update is being installed.", WAIT),
    12059: ("The update must be loaded first.", WAIT),
    12060: ("There is not enough space to install the update.", SPACE),
    12061: ("There is not enough power to install the update.", POWER),
    12062: ("The update could not be installed.", WAIT),
    12063: ("The holder declined.", "Speak with the holder."),
    12064: ("There is no licence of the application for this device.", "Assign a licence."),
    12065: ("This belongs to the system.", "It can be neither installed nor removed."),
    12066: ("Lost mode could not be switched on.", "It needs a message or a telephone number."),
    12067: ("The device is not in lost mode.", "Switch lost mode on first."),
    12068: ("The device does not know where it is.", WAIT),
    12069: ("Lost mode could not be ended.", WAIT),
    12070: ("The accounts cannot be listed.", WAIT),
    12071: ("There is no such account.", "Ask the device which accounts it has."),
    12072: ("The account is logged in.", "Try again when its user has logged out."),
    12073: ("The account has data that are not saved elsewhere yet.", WAIT),
    12074: ("The account could not be deleted.", WAIT),
    12075: ("The profile is not on the device.", "Nothing is left to do."),
    12077: ("No update while somebody is logged in.", WAIT),
    12078: ("This is not possible in lost mode.", "End lost mode first."),
    12079: ("The device is not managed any more.", REENROL),
    12080: ("The sound could not be played.", WAIT),
    12081: ("The device has no wired connection.", "Connect it by cable."),
}
_PASSING = frozenset(
    {4003, 4009, 4016, 5010, 12002, 12010, 12036, 12043, 12050, 12051, 12052, 12054, 12055, 12056,
     12057, 12058, 12059, 12060, 12061, 12062, 12068, 12069, 12070, 12073, 12074, 12077,
     12080}
)  # fmt: skip
_DOMAINS = {
    "MCProfileErrorDomain": (1000, 2000, _PROFILE),
    "MCPayloadErrorDomain": (2000, 3000, _PROFILE),
    "MCInstallationErrorDomain": (4000, 5000, _INSTALLATION),
    "MCPasscodeErrorDomain": (5000, 6000, _PASSCODE),
    "MCMDMErrorDomain": (12000, 13000, _MDM),
    # newer systems have domains of other names for the same numbers
    "DMCMDMErrorDomain": (12000, 13000, _MDM),
    "DMCInstallationErrorDomain": (4000, 5000, _INSTALLATION),
    "DMCProfileErrorDomain": (1000, 2000, _PROFILE),
}
_SINGLE = {
    ("MCSettingsErrorDomain", 28000): Known("The device does not know this setting.", REPORT),
    ("MCChaperoneErrorDomain", 29000): Known(
        "The device is not supervised.", "Supervise the device, or do without."
    ),
    ("MCStoreErrorDomain", 30000): Known("The App Store refused the log-in.", "Assign a licence."),
    ("MCStoreErrorDomain", 30001): Known("The App Store did not answer.", WAIT, temporary=True),
    ("MCSCEPErrorDomain", 22005): Known(
        "The device could not reach the certificate service.", WAIT, temporary=True
    ),
    ("MCHTTPTransactionErrorDomain", 23001): Known(
        "The server's answer was not understood.", WAIT, temporary=True
    ),
}
KNOWN: Mapping[tuple[str, int], Known] = {
    **{
        (domain, code): Known(sentence, advice, code in _PASSING)
        for domain, (first, beyond, table) in _DOMAINS.items()
        for code, (sentence, advice) in table.items()
        if first <= code < beyond
    },
    **_SINGLE,
}
# Where each number means much the same.
WHOLE_DOMAINS: Mapping[str, Known] = {
    "NSURLErrorDomain": Known("The device had no connection.", WAIT, temporary=True),
    "NSPOSIXErrorDomain": Known("The device had a fault of its own.", WAIT, temporary=True),
    "MCCertificateErrorDomain": Known("The device does not take a certificate.", CONTENT),
    "MCSCEPErrorDomain": Known("The device got no certificate.", REENROL),
    "MCWiFiErrorDomain": Known("The wireless network could not be set up.", CONTENT),
    "MCVPNErrorDomain": Known("The VPN could not be set up.", CONTENT),
    "MCWebContentFilterErrorDomain": Known("The content filter could not be set up.", CONTENT),
    "MCSSOErrorDomain": Known("Single sign-on could not be set up.", CONTENT),
}
