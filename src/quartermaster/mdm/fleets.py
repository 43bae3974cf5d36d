"""What is wanted of many devices: made once for those that are given the same."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from quartermaster.inventory.models import Device
from quartermaster.mdm.driver import Carrier, Compiled, Context, Driver, Holder, Means, driver_for
from quartermaster.mdm.known import Managed
from quartermaster.mdm.queries import context_from, sealed_context
from quartermaster.mdm.software import deliverable
from quartermaster.policy.queries import setting_changed_at
from quartermaster.policy.requirements import Requirements
from quartermaster.policy.requirements.rulebook import Effective

MOST_KINDS = 5_000
Tokens = Callable[[str], Mapping[str, str]]


@runtime_checkable
class Alike(Protocol):
    """A driver that can say which devices are given the same by the same requirements."""

    def alike(self, context: Context, requirements: Requirements) -> Context:
        """The context less what changes neither what carries a setting nor what is left over.

        Where a version is made for an enrolment, that of somebody stands for all.
        """
        ...

    def tokens(self, compiled: Compiled) -> Tokens:
        """By an enrolment: the versions that are made for it alone, by the key of a part."""
        ...


@dataclass(frozen=True)
class Carried:
    """What carries the settings to one device, and what is left over.

    ``since``: from when the days to update count; None where nobody knows.
    """

    payload_of: Mapping[str, str] = field(default_factory=dict)
    unenforceable: Mapping[str, str] = field(default_factory=dict)
    brought: frozenset[str] = frozenset()
    declared: Mapping[str, str] = field(default_factory=dict)
    settings_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    since: datetime | None = None


class _Kind:
    """What was made of the same requirements for the same kind of device."""

    def __init__(self, requirements: Requirements, compiled: Compiled, tokens: Tokens) -> None:
        self.requirements = requirements  # kept, so that its identity stays its own
        self._tokens = tokens
        self._carriers = compiled.carriers()
        settings_of: dict[str, set[str]] = {}
        for name, carrier in self._carriers.items():
            settings_of.setdefault(carrier.payload, set()).add(name)
        self._carried = Carried(
            payload_of={name: carrier.key for name, carrier in self._carriers.items()},
            unenforceable=dict(compiled.unenforceable),
            brought=frozenset(setting for setting, _ in compiled.delivered),
            declared={name: item.token for name, item in self._declared()},
            settings_of={key: frozenset(names) for key, names in settings_of.items()},
        )

    def _declared(self) -> list[tuple[str, Carrier]]:
        carriers = self._carriers.items()
        return [(name, item) for name, item in carriers if item.means is Means.DECLARATION]

    def of(self, enrolment: str, since: datetime | None) -> Carried:
        own = self._tokens(enrolment)
        declared = self._carried.declared
        if own:
            declared = {name: own.get(item.key, item.token) for name, item in self._declared()}
        return replace(self._carried, declared=declared, since=since)


def _nothing(_enrolment: str) -> Mapping[str, str]:
    return {}


class Compiler:
    """Compiles for many devices, once for those that are given the same.

    What it looks up for a kind of device it remembers: use one for one instant.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._drivers: dict[str, tuple[Driver, Alike | None]] = {}
        self._kinds: dict[Hashable, _Kind] = {}
        self._changed: dict[Hashable, datetime | None] = {}
        self._deliverable: dict[Hashable, frozenset[str]] = {}
        self._certificates: dict[Hashable, bytes] = {}

    def wanted(
        self,
        devices: Iterable[Device],
        effective: Mapping[UUID, Effective],
        managed: Mapping[UUID, Managed],
    ) -> dict[UUID, Carried]:
        """What carries the settings that `wanted_for` compiles for each enrolled device."""
        return {
            device.id: self._wanted(device, effective[device.id], managed[device.id])
            for device in devices
        }

    def _wanted(self, device: Device, effective: Effective, managed: Managed) -> Carried:
        requirements = effective.requirements
        driver, alike = self._driver(device.platform)
        began = (self.setting_since(device.department_id, device.ownership, device.platform),)
        since = max((item for item in (*began, managed.enrolled_at) if item), default=None)
        context = context_from(
            device,
            {key: fact.value for key, fact in managed.posture.items()},
            way=managed.way,
            enrolment=str(managed.enrolment_id),
            enrolled_at=managed.enrolled_at,
            holder=managed.holder,
            former_profile=managed.former_profile,
            deliverable=self.deliverable(requirements.required_software, device.platform),
            update_since=since if requirements.minimum_os_within_days is not None else None,
        )
        if alike is not None:
            context = alike.alike(context, requirements)
        # equal requirements are one object here: the caller makes them once a group
        key = (driver.name, id(requirements), context)
        if key not in self._kinds:
            if len(self._kinds) >= MOST_KINDS:
                self._kinds.clear()
            sealed = replace(context, sealing_certificate=self._certificate(driver, context))
            compiled = driver.compile(requirements, sealed)
            tokens = alike.tokens(compiled) if alike is not None else _nothing
            self._kinds[key] = _Kind(requirements, compiled, tokens)
        return self._kinds[key].of(str(managed.enrolment_id), since)

    def _driver(self, platform: str) -> tuple[Driver, Alike | None]:
        if platform not in self._drivers:
            driver = driver_for(platform)
            self._drivers[platform] = driver, driver if isinstance(driver, Alike) else None
        return self._drivers[platform]

    def setting_since(self, department_id: UUID, ownership: str, platform: str) -> datetime | None:
        """When the lowest version last changed for such devices."""
        key = (department_id, ownership, platform)
        if key not in self._changed:
            self._changed[key] = setting_changed_at(
                department_id, ownership, "minimum_os", part=platform
            )
        return self._changed[key]

    def deliverable(self, wanted: frozenset[str], platform: str) -> frozenset[str]:
        """Which of these can be brought to devices of a platform."""
        key = (wanted, platform)
        if key not in self._deliverable:
            self._deliverable[key] = deliverable(wanted, platform)
        return self._deliverable[key]

    def _certificate(self, driver: Driver, context: Context) -> bytes:
        """The certificate to seal to is a matter of the kind of device, not of one enrolment."""
        kind = replace(context, enrolment="", holder=Holder(), enrolled_at=None)
        key = (driver.name, kind)
        if key not in self._certificates:
            self._certificates[key] = sealed_context(kind, driver, self.at).sealing_certificate
        return self._certificates[key]
