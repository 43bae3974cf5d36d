"""Requirements in Apple's terms: profiles, and what no profile can do for this device."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings

from quartermaster.drivers.apple.wire import profile
from quartermaster.mdm.driver import Compiled, Context, Payload
from quartermaster.policy.requirements import CATALOGUE, LAX, Requirements

IDENTIFIER = "org.quartermaster.policy"
PASSCODE = (
    "passcode_required",
    "passcode_minimum_length",
    "passcode_complexity",
    "passcode_history",
    "passcode_maximum_age_days",
    "auto_lock_minutes",
)
OBSERVED = (
    "encryption_required",
    "minimum_os",
    "maximum_patch_age_days",
    "compromised_forbidden",
    "required_software",
    "check_in_within_hours",
)
UNSUPERVISED = "Apple allows this on supervised devices only, and this one is not supervised."
PHONES_ONLY = "Apple has this restriction for iPhone and iPad only."
NO_ERASE = "A personal device is never made to erase itself."
NO_INVENTORY = "The software of a personal device is neither limited nor asked for."


class _Work:
    """What is being compiled, collected setting by setting."""

    def __init__(self, requirements: Requirements, context: Context) -> None:
        self.requirements = requirements
        self.context = context
        self.restrictions: dict[str, Any] = {}
        self.restricted: list[str] = []
        self.observed: list[str] = []
        self.unenforceable: list[tuple[str, str]] = []

    @property
    def phone(self) -> bool:
        return self.context.platform != "macos"

    def restrict(self, setting: str, content: dict[str, Any]) -> None:
        self.restrictions.update(content)
        self.restricted.append(setting)

    def cannot(self, setting: str, reason: str) -> None:
        self.unenforceable.append((setting, reason))


def compile_for(requirements: Requirements, context: Context) -> Compiled:
    """The profiles for one device. Every setting that is asked for is accounted for."""
    work = _Work(requirements, context)
    asked = [name for name in CATALOGUE if _asks(requirements, name)]
    payloads = _passcode(work, [name for name in asked if name in _PASSCODE_ALL])
    for name in asked:
        if name in OBSERVED:
            work.observed.append(name)
        elif name in _RESTRICTIONS:
            _RESTRICTIONS[name](work, name)
        elif name not in _PASSCODE_ALL:
            work.cannot(name, "This driver does not know the setting.")
    if work.restrictions:
        made = profile.restrictions(work.restrictions)
        payloads.append(_wrapped("restrictions", "Restrictions", tuple(work.restricted), made))
    return Compiled(tuple(payloads), tuple(work.observed), tuple(work.unenforceable))


def _asks(requirements: Requirements, name: str) -> bool:
    return bool(getattr(requirements, name) != getattr(LAX, name))


def _passcode(work: _Work, asked: list[str]) -> list[Payload]:
    wanted = work.requirements
    if "failed_attempts_before_erase" in asked and work.context.personal:
        work.cannot("failed_attempts_before_erase", NO_ERASE)
        asked = [name for name in asked if name != "failed_attempts_before_erase"]
    if not asked:
        return []
    complexity = wanted.passcode_complexity
    erase = "failed_attempts_before_erase" in asked
    rules = profile.Passcode(
        required=True,
        allow_simple=None if complexity == "none" else False,
        minimum_length=wanted.passcode_minimum_length or None,
        alphanumeric=True if complexity in {"alphanumeric", "complex"} else None,
        complex_characters=1 if complexity == "complex" else None,
        history=wanted.passcode_history or None,
        maximum_age_days=wanted.passcode_maximum_age_days,
        inactivity_minutes=wanted.auto_lock_minutes,
        failed_attempts=wanted.failed_attempts_before_erase if erase else None,
    )
    return [_wrapped("passcode", "Passcode", tuple(asked), profile.passcode(rules))]


def _wrapped(name: str, title: str, names: tuple[str, ...], content: profile.Payload) -> Payload:
    key = f"{IDENTIFIER}.{name}"
    made = profile.configuration(key, f"{settings.CITY}: {title}", settings.CITY, [content])
    body = profile.render(made)
    return Payload(key, title, names, body, hashlib.sha256(body).hexdigest())


def _supervised(content: Callable[[Requirements], dict[str, Any]]) -> Callable[[_Work, str], None]:
    def put(work: _Work, name: str) -> None:
        if work.context.personal:
            work.cannot(name, NO_INVENTORY if "software" in name else UNSUPERVISED)
        elif not work.phone:
            work.cannot(name, PHONES_ONLY)
        elif not work.context.supervised:
            work.cannot(name, UNSUPERVISED)
        else:
            work.restrict(name, content(work.requirements))

    return put


def _on_phones(content: dict[str, Any]) -> Callable[[_Work, str], None]:
    def put(work: _Work, name: str) -> None:
        if work.phone:
            work.restrict(name, content)
        else:
            work.cannot(name, PHONES_ONLY)

    return put


_PASSCODE_ALL = frozenset({*PASSCODE, "failed_attempts_before_erase"})
_RESTRICTIONS: dict[str, Callable[[_Work, str], None]] = {
    "blocked_software": _supervised(
        lambda wanted: {"blockedAppBundleIDs": sorted(wanted.blocked_software)}
    ),
    "allowed_software": _supervised(
        lambda wanted: {"allowListedAppBundleIDs": sorted(wanted.allowed_software or ())}
    ),
    "non_city_accounts_forbidden": _supervised(lambda _: {"allowAccountModification": False}),
    "unknown_sources_forbidden": _on_phones({"allowEnterpriseAppTrust": False}),
    "managed_data_separation": _on_phones(
        {"allowOpenFromManagedToUnmanaged": False, "forceAirDropUnmanaged": True}
    ),
    "cloud_backup_forbidden": _on_phones({"allowCloudBackup": False}),
}
