"""What can be required of a device, as one record; and the lattice that the records form.

The fields are the catalogue. Join, order, differences and parsing all walk through it, so that a
new setting is one declaration here and nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from quartermaster.policy.requirements.catalogue import ENTRY, EVERY_PLATFORM, Setting, setting
from quartermaster.policy.requirements.orders import (
    AtLeast,
    AtMost,
    Flag,
    Floors,
    Intersection,
    Ranked,
    Unfit,
    Union,
)


@dataclass(frozen=True, kw_only=True)
class Requirements:
    """What is required of a device. Without arguments: nothing at all.

    Values are checked and brought to canonical form, so that equal requirements are equal records.
    """

    passcode_required: bool = setting(
        Flag(),
        "Passcode",
        "G-3",
        "Set a passcode or password on the device.",
        note="Any further demand on the passcode asks for one as well.",
    )
    passcode_minimum_length: int = setting(
        AtLeast(highest=16),
        "Passcode length",
        "G-3",
        "Choose a longer passcode.",
        unit="characters",
    )
    passcode_complexity: str = setting(
        Ranked(words=("none", "numeric", "alphanumeric", "complex")),
        "Passcode complexity",
        "G-3",
        "Choose a passcode that is harder to guess: no simple rows or repeated digits, and letters"
        " or signs where they are asked for.",
        note="numeric: no simple sequence; alphanumeric: letters and digits; complex: a sign too.",
    )
    passcode_history: int = setting(
        AtLeast(highest=50),
        "Passcodes not to be used again",
        "G-3",
        "Choose a passcode that you did not use lately.",
        unit="earlier passcodes",
    )
    passcode_maximum_age_days: int | None = setting(
        AtMost(lowest=1, highest=730),
        "Passcode age",
        "G-3",
        "Change the passcode: the present one is too old.",
        unit="days",
    )
    auto_lock_minutes: int | None = setting(
        AtMost(lowest=1, highest=60),
        "Automatic lock",
        "G-3",
        "Set the screen to lock sooner when the device is not in use.",
        unit="minutes",
    )
    failed_attempts_before_erase: int | None = setting(
        AtMost(lowest=4, highest=11),
        "Failed attempts before the device erases itself",
        "G-10",
        "Nothing to do: the device applies this by itself.",
        note="The device erases itself without asking. Two people must agree to this.",
        unit="attempts",
        destructive=True,
    )
    encryption_required: bool = setting(
        Flag(),
        "Encryption",
        "G-10",
        "Switch on encryption (FileVault, BitLocker or the device's own).",
    )
    minimum_os: Mapping[str, str] = setting(
        Floors(platforms=EVERY_PLATFORM),
        "Lowest operating system version",
        "G-10",
        "Update the operating system in the device's settings.",
    )
    minimum_os_within_days: int | None = setting(
        AtMost(lowest=1, highest=90),
        "Days until a lower version is updated",
        "G-10",
        "Update before the day that the device shows; after it, the device does so by itself.",
        note="Counted from the change of the lowest version, or from the device's enrolment. On the"
        " last day at 20:00 by its own clock the device installs the lowest version by itself,"
        " where Apple allows the City to ask for it.",
        unit="days",
        platforms=("ios", "ipados", "macos"),
    )
    maximum_patch_age_days: int | None = setting(
        AtMost(lowest=1, highest=365),
        "Age of the newest security update",
        "G-10",
        "Install the waiting security update.",
        unit="days",
    )
    compromised_forbidden: bool = setting(
        Flag(),
        "No rooted or jailbroken device",
        "G-3",
        "Restore the device to its maker's system, or bring it to ITMD.",
    )
    blocked_software: frozenset[str] = setting(
        Union(),
        "Blocked software",
        "G-4",
        "Remove the blocked application from the device.",
    )
    allowed_software: frozenset[str] | None = setting(
        Intersection(),
        "Only this software",
        "G-10",
        "Remove applications that are not on the city's list, or ask ITMD to add them.",
    )
    required_software: frozenset[str] = setting(
        Union(),
        "Required software",
        "G-10",
        "Install the application that is asked for; ITMD can send it to the device.",
    )
    unknown_sources_forbidden: bool = setting(
        Flag(),
        "No software from unknown sources",
        "G-4",
        "Switch off the installation of applications from outside the official store.",
    )
    managed_data_separation: bool = setting(
        Flag(),
        "City data kept apart from personal apps",
        "G-5",
        "Use the managed applications for City business; ITMD can set the separation up.",
    )
    non_city_accounts_forbidden: bool = setting(
        Flag(),
        "No personal accounts for City business",
        "G-5",
        "Remove the personal account from the managed applications.",
    )
    cloud_backup_forbidden: bool = setting(
        Flag(),
        "No back-up of City data to a personal cloud",
        "G-5",
        "Switch off the cloud back-up of City applications.",
    )
    check_in_within_hours: int | None = setting(
        AtMost(lowest=1, highest=24 * 90),
        "Check-in",
        "G-10",
        "Switch the device on and connect it to the internet, so that it can report.",
        unit="hours",
    )

    def __post_init__(self) -> None:
        for key, entry in CATALOGUE.items():
            try:
                value = entry.order.fit(getattr(self, key))
            except Unfit as problem:
                raise Unfit(f"{key} must be {problem}.") from None
            object.__setattr__(self, key, value)

    def __getitem__(self, key: str) -> Any:
        """The value of the setting named ``key``."""
        return getattr(self, CATALOGUE[key].key)

    def asked(self) -> dict[str, Any]:
        """The settings that ask for something, as JSON and YAML write them."""
        return {
            key: entry.order.plain(self[key])
            for key, entry in CATALOGUE.items()
            if self[key] != entry.lax
        }

    @property
    def asks_for_passcode(self) -> bool:
        """A demand on the passcode is also a demand for one."""
        return any(
            self[key] != CATALOGUE[key].lax
            for key in CATALOGUE
            if key.startswith("passcode_") or key == "failed_attempts_before_erase"
        )


CATALOGUE: Mapping[str, Setting] = MappingProxyType(
    {item.name: item.metadata[ENTRY](item.name) for item in fields(Requirements)}
)
LAX = Requirements()


def join(one: Requirements, other: Requirements) -> Requirements:
    """The laxest requirements that are at least as strict as both."""
    return Requirements(
        **{key: entry.order.join(one[key], other[key]) for key, entry in CATALOGUE.items()}
    )


def is_at_least_as_strict(one: Requirements, other: Requirements) -> bool:
    """Whether whoever fulfils ``one`` fulfils ``other``."""
    return all(
        entry.order.is_at_least_as_strict(one[key], other[key]) for key, entry in CATALOGUE.items()
    )


def only(requirements: Requirements, keys: frozenset[str]) -> Requirements:
    """The requirements of the settings named; of the others nothing is asked."""
    return Requirements(**{key: requirements[key] for key in keys & set(CATALOGUE)})


def replaced(requirements: Requirements, key: str, value: Any) -> Requirements:
    """The requirements with one setting changed."""
    values = {name: requirements[name] for name in CATALOGUE}
    return Requirements(**(values | {key: value}))


class Direction(StrEnum):
    """Which way a setting goes."""

    STRICTER = "stricter"
    LAXER = "laxer"
    OTHERWISE = "otherwise"  # neither: a list that lost one entry and gained another


@dataclass(frozen=True)
class Difference:
    """A setting that changes, with both values."""

    setting: Setting
    before: Any
    after: Any

    @property
    def direction(self) -> Direction:
        order = self.setting.order
        if order.is_at_least_as_strict(self.after, self.before):
            return Direction.STRICTER
        if order.is_at_least_as_strict(self.before, self.after):
            return Direction.LAXER
        return Direction.OTHERWISE

    @property
    def destructive(self) -> bool:
        """Whether the change lets a device erase itself, or erase itself sooner."""
        return self.setting.destructive and self.direction is not Direction.LAXER

    def sentence(self) -> str:
        show = self.setting.show
        return f"{self.setting.title}: {show(self.before)} → {show(self.after)}"


def differences(before: Requirements, after: Requirements) -> tuple[Difference, ...]:
    """The settings that change, in the order of the catalogue."""
    return tuple(
        Difference(entry, before[key], after[key])
        for key, entry in CATALOGUE.items()
        if before[key] != after[key]
    )


def contradictions(requirements: Requirements) -> Iterator[str]:
    """Sentences about demands that no device can fulfil together."""
    for name in sorted(requirements.required_software & requirements.blocked_software):
        yield f"{name} is both required and blocked."
    if requirements.allowed_software is not None:
        for name in sorted(requirements.required_software - requirements.allowed_software):
            yield f"{name} is required, but is not in the list of allowed software."


def settings_of(clauses: frozenset[str]) -> frozenset[str]:
    """The settings that carry out any of these clauses."""
    return frozenset(key for key, entry in CATALOGUE.items() if entry.clause in clauses)
