"""What Apple's systems can do for each setting of the catalogue, by ownership and supervision.

One function a setting: it enforces by keys of a payload, leaves it to observation, or says why
neither is possible. Nothing is silently dropped: the table at the end names every setting.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from quartermaster.drivers.apple import attesting
from quartermaster.drivers.apple.declaring.able import declares
from quartermaster.drivers.apple.declaring.names import (
    DISK,
    GATEKEEPER,
    PASSCODE,
    RESTRICTIONS,
    UPDATE_BY,
    UPDATES,
)
from quartermaster.drivers.apple.hardware import has, is_mac
from quartermaster.drivers.apple.wire.declarative import availability as kinds
from quartermaster.mdm.driver import Context
from quartermaster.policy.requirements import Requirements

PERSONAL_DIGITS = 6
LONGEST_INACTIVITY = 15  # minutes; Apple's schema ends there
_BUNDLE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{1,154}")


@dataclass(frozen=True)
class Enforced:
    """Keys of one payload."""

    payload: str
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Observed:
    """Read back from the device; nothing there makes it so. ``remark`` says why, where asked."""

    remark: str = ""


@dataclass(frozen=True)
class Delivered:
    """Carried out by bringing software to the device; ``remark`` names what is not brought."""

    identifiers: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True)
class Impossible:
    """Neither enforced nor observed on this device; the reason is a whole sentence."""

    reason: str


Ruling = Enforced | Delivered | Observed | Impossible
Ruler = Callable[[Any, Context], Ruling]

OWN_RULES = Impossible(
    f"Apple enforces a passcode of {PERSONAL_DIGITS} digits on a personal device; finer rules are "
    "left to its holder."
)
PERSONAL_MAC = Impossible("Apple takes no passcode rules for a personal Mac.")
HOLDERS_OWN = Impossible("A personal device's own applications are not looked at.")
SUPERVISED_ONLY = Impossible("Apple allows this on supervised devices only.")
NO_DATE = Impossible(
    "Apple makes a device update by a date from iOS 17, iPadOS 17 and macOS 14 on, a Mac if it is"
    " supervised, and never under User Enrolment."
)
NO_FLOOR = Impossible("No lowest version is set for this system.")


def _passcode(context: Context, **rules: Any) -> Ruling:
    if context.personal and is_mac(context):
        return PERSONAL_MAC
    return Enforced(PASSCODE, {"required": True, **rules})


def _finer(context: Context, **rules: Any) -> Ruling:
    """A rule that a personal device ignores."""
    if context.personal and not is_mac(context):
        return OWN_RULES
    return _passcode(context, **rules)


def passcode_required(_value: bool, context: Context) -> Ruling:  # noqa: FBT001 (one value, as asked)
    if context.personal:
        return _passcode(context, allow_simple=False, minimum_length=PERSONAL_DIGITS)
    return _passcode(context)


def passcode_minimum_length(value: int, context: Context) -> Ruling:
    if context.personal and value <= PERSONAL_DIGITS:
        return _passcode(context, minimum_length=PERSONAL_DIGITS)
    return _finer(context, minimum_length=value)


def passcode_complexity(value: str, context: Context) -> Ruling:
    if value == "numeric":
        return _passcode(context, allow_simple=False)
    complex_characters = {"complex_characters": 1} if value == "complex" else {}
    return _finer(context, allow_simple=False, alphanumeric=True, **complex_characters)


def passcode_history(value: int, context: Context) -> Ruling:
    return _finer(context, history=value)


def passcode_maximum_age_days(value: int, context: Context) -> Ruling:
    return _finer(context, maximum_age_days=value)


def auto_lock_minutes(value: int, context: Context) -> Ruling:
    minutes = min(value, LONGEST_INACTIVITY)
    return _finer(context, inactivity_minutes=minutes, grace_minutes=0)


def failed_attempts_before_erase(value: int, context: Context) -> Ruling:
    if context.personal:
        return Impossible("A personal device is never made to erase itself.")
    if is_mac(context):
        return Impossible("A Mac locks after failed attempts; it does not erase itself.")
    return _passcode(context, failed_attempts=value)


def encryption_required(_value: bool, context: Context) -> Ruling:  # noqa: FBT001
    """An iPhone or iPad is encrypted by its passcode; a Mac by FileVault, its key kept here."""
    if not is_mac(context):
        return passcode_required(True, context)  # noqa: FBT003
    if context.personal or not context.sealing_certificate:
        return Observed()  # the key of a personal Mac's disk is its holder's own
    return Enforced(DISK, {"certificate": context.sealing_certificate})


def minimum_os(value: Mapping[str, str], context: Context) -> Ruling:
    if context.platform in value:
        return Observed()
    return NO_FLOOR


def minimum_os_within_days(value: int, context: Context) -> Ruling:
    if not declares(context, kinds.UPDATE_BY):
        return NO_DATE
    return Enforced(UPDATE_BY, {"days": value})


def maximum_patch_age_days(_value: int, context: Context) -> Ruling:
    """The age is not told; where updates can be made to come by themselves, they are."""
    if declares(context, kinds.UPDATES, "AutomaticActions", "RapidSecurityResponse"):
        return Enforced(UPDATES)
    return Impossible("The date of a release is not among a device's answers.")


def compromised_forbidden(_value: bool, context: Context) -> Ruling:  # noqa: FBT001
    """A Mac says whether its protection is on; of the others only Apple's own word tells."""
    if is_mac(context):
        return Observed()
    problem = attesting.why_not(context)
    return (
        Impossible(f"Only Apple's own word on a device tells. {problem}")
        if problem
        else (Observed())
    )


def _identifiers(names: frozenset[str]) -> list[str]:
    return sorted(name for name in names if _BUNDLE_ID.fullmatch(name))


def _listed(context: Context, current: str, earlier: str, names: frozenset[str]) -> Ruling:
    if context.personal:
        return HOLDERS_OWN
    if is_mac(context) or not context.supervised:
        return Observed()
    key = current if has(context, "15.0") else earlier
    return Enforced(RESTRICTIONS, {key: _identifiers(names)})


def blocked_software(value: frozenset[str], context: Context) -> Ruling:
    return _listed(context, "blockedAppBundleIDs", "blacklistedAppBundleIDs", value)


def allowed_software(value: frozenset[str], context: Context) -> Ruling:
    return _listed(context, "allowListedAppBundleIDs", "whitelistedAppBundleIDs", value)


def required_software(value: frozenset[str], context: Context) -> Ruling:
    """Brought to the device as far as the catalogue has it; the rest is looked for only."""
    if context.personal and is_mac(context):
        return HOLDERS_OWN
    missing = sorted(value - context.deliverable)
    remark = f"Not in the catalogue for this system: {', '.join(missing)}." if missing else ""
    brought = tuple(sorted(value & context.deliverable))
    return Delivered(brought, remark) if brought else Observed(remark)


def unknown_sources_forbidden(_value: bool, context: Context) -> Ruling:  # noqa: FBT001
    if context.personal:
        return Impossible("Apple does not restrict where a personal device's software comes from.")
    if is_mac(context):
        return Enforced(GATEKEEPER, {"EnableAssessment": True, "AllowIdentifiedDevelopers": True})
    content = {"allowEnterpriseAppTrust": False}
    if context.supervised:
        content |= _since(
            context,
            {
                "allowMarketplaceAppInstallation": ("17.4", False),
                "allowWebDistributionAppInstallation": ("17.5", False),
            },
        )
    return Enforced(RESTRICTIONS, content)


def managed_data_separation(_value: bool, context: Context) -> Ruling:  # noqa: FBT001
    if is_mac(context):
        return Impossible("A Mac does not keep managed and personal applications apart.")
    content = {"allowOpenFromManagedToUnmanaged": False, "forceAirDropUnmanaged": True}
    return Enforced(
        RESTRICTIONS, content | _since(context, {"requireManagedPasteboard": ("15.0", True)})
    )


def non_city_accounts_forbidden(_value: bool, context: Context) -> Ruling:  # noqa: FBT001
    if context.personal:
        return Impossible("The accounts on a personal device are its holder's own.")
    if is_mac(context):
        if not has(context, "14.0"):
            return Impossible("This needs macOS 14 or newer.")
    elif not context.supervised:
        return SUPERVISED_ONLY
    return Enforced(RESTRICTIONS, {"allowAccountModification": False})


def cloud_backup_forbidden(_value: bool, context: Context) -> Ruling:  # noqa: FBT001
    if is_mac(context):
        return Impossible("A Mac has no back-up to iCloud that could be switched off.")
    content = {"allowManagedAppsCloudSync": False, "allowEnterpriseBookBackup": False}
    if not context.personal:
        content["allowCloudBackup"] = False
    return Enforced(RESTRICTIONS, content)


def check_in_within_hours(_value: int, _context: Context) -> Ruling:
    return Observed()


def _since(context: Context, keys: Mapping[str, tuple[str, bool]]) -> dict[str, bool]:
    return {key: value for key, (version, value) in keys.items() if has(context, version)}


RULERS: Mapping[str, Ruler] = {
    rule.__name__: rule
    for rule in (
        passcode_required,
        passcode_minimum_length,
        passcode_complexity,
        passcode_history,
        passcode_maximum_age_days,
        auto_lock_minutes,
        failed_attempts_before_erase,
        encryption_required,
        minimum_os,
        minimum_os_within_days,
        maximum_patch_age_days,
        compromised_forbidden,
        blocked_software,
        allowed_software,
        required_software,
        unknown_sources_forbidden,
        managed_data_separation,
        non_city_accounts_forbidden,
        cloud_backup_forbidden,
        check_in_within_hours,
    )
}


def rulings(requirements: Requirements, context: Context) -> dict[str, Ruling]:
    """The ruling on each setting that asks for something, by its key."""
    ruled = {key: RULERS[key](requirements[key], context) for key in requirements.asked()}
    return ruled | _by_a_date(ruled, requirements, context)


def _by_a_date(
    ruled: Mapping[str, Ruling], requirements: Requirements, context: Context
) -> dict[str, Ruling]:
    """The lowest version and its days are one matter: enforced together, or looked at."""
    days = ruled.get("minimum_os_within_days")
    floor = requirements.minimum_os.get(context.platform)
    if days is None:
        return {}
    if floor is None:
        return {"minimum_os_within_days": NO_FLOOR}
    if not isinstance(days, Enforced):
        return {}
    if context.update_since is None or has(context, floor):
        return {"minimum_os_within_days": Observed()}  # nothing is to be updated as yet
    content = {**days.content, "version": floor, "since": context.update_since}
    both = Enforced(UPDATE_BY, content)
    return {"minimum_os": both, "minimum_os_within_days": both}
