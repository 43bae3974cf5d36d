"""What is wanted of many devices, and what is on record of them, in a bounded number of queries."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from quartermaster.inventory.models import Device
from quartermaster.mdm.driver import Compiled, Context, Driver, Holder, driver_for
from quartermaster.mdm.models import Command, DeclaredState, Enrolment, Wake
from quartermaster.mdm.queries import contexts_of, last_certificates, sealed_context
from quartermaster.mdm.software import deliverable
from quartermaster.mdm.states import INSTALL, OPEN_COMMANDS, EnrolmentState
from quartermaster.policy.queries import setting_changed_at
from quartermaster.policy.requirements import Requirements
from quartermaster.policy.requirements.rulebook import Effective


@runtime_checkable
class Alike(Protocol):
    """A driver that can say which devices are given the same by the same requirements."""

    def alike(self, context: Context) -> Context:
        """The context less what changes neither what carries a setting nor what is left over."""
        ...


@dataclass(frozen=True)
class Managed:
    """What the house has on record of an enrolled device."""

    enrolment: Enrolment
    waiting: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    certificate_until: datetime | None = None
    woken_at: datetime | None = None
    cannot_be_woken_since: datetime | None = None

    @property
    def consented_at(self) -> datetime | None:
        invitation = self.enrolment.invitation
        return invitation.consented_at if invitation is not None else None


def managed_now(device_ids: Collection[UUID]) -> dict[UUID, Managed]:
    """The records of those devices that are enrolled, by device."""
    rows = Enrolment.objects.select_related("invitation").filter(
        device_id__in=device_ids, state=EnrolmentState.ENROLLED
    )
    live = {row.id: row for row in rows}
    waiting: dict[UUID, set[str]] = {key: set() for key in live}
    commands = Command.objects.filter(
        enrolment_id__in=live, key__startswith=INSTALL, state__in=sorted(OPEN_COMMANDS)
    )
    for key, name in commands.values_list("enrolment_id", "key"):
        waiting[key].add(name.removeprefix(INSTALL))
    refused: dict[UUID, dict[str, str]] = {key: {} for key in live}
    for row in DeclaredState.objects.filter(enrolment_id__in=live, valid="invalid"):
        said = " ".join(row.reasons) or "It gave no reason."
        refused[row.enrolment_id][row.identifier] = said
    certificates = last_certificates(live)
    wakes = Wake.objects.in_bulk(live)
    return {
        row.device_id: Managed(
            row,
            frozenset(waiting[key]),
            refused[key],
            certificates.get(key),
            wakes[key].woken_at if key in wakes else None,
            wakes[key].cannot_since if key in wakes else None,
        )
        for key, row in live.items()
    }


class Compiler:
    """Compiles for many devices, once for those that are given the same.

    What it looks up for a kind of device it remembers: use one for one instant.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._compiled: dict[Hashable, tuple[Requirements, Compiled]] = {}
        self._changed: dict[Hashable, datetime | None] = {}
        self._deliverable: dict[Hashable, frozenset[str]] = {}
        self._certificates: dict[Hashable, bytes] = {}

    def wanted(
        self, devices: Iterable[Device], effective: Mapping[UUID, Effective]
    ) -> dict[UUID, tuple[Compiled, datetime | None]]:
        """What `wanted_for` says of each, but for what is made for its holder alone.

        With it: from when the days to update count.
        """
        rows = list(devices)
        contexts = contexts_of(rows)
        return {
            device.id: self._wanted(device, contexts[device.id], effective[device.id])
            for device in rows
        }

    def _wanted(
        self, device: Device, context: Context, effective: Effective
    ) -> tuple[Compiled, datetime | None]:
        requirements = effective.requirements
        driver = driver_for(device.platform)
        since = max(
            (item for item in (self._since(device), context.enrolled_at) if item), default=None
        )
        wanted = requirements.required_software
        context = replace(context, deliverable=self._brought(wanted, device.platform))
        if requirements.minimum_os_within_days is not None:
            context = replace(context, update_since=since)
        if isinstance(driver, Alike):
            context = driver.alike(context)
        # equal requirements are one object here: the caller makes them once a group; they are
        # kept with what was made of them, so that their identity stays theirs
        key = (driver.name, id(requirements), context)
        if key not in self._compiled:
            sealed = replace(context, sealing_certificate=self._certificate(driver, context))
            self._compiled[key] = requirements, driver.compile(requirements, sealed)
        return self._compiled[key][1], since

    def _since(self, device: Device) -> datetime | None:
        key = (device.department_id, device.ownership, device.platform)
        if key not in self._changed:
            self._changed[key] = setting_changed_at(
                device.department_id, device.ownership, "minimum_os", part=device.platform
            )
        return self._changed[key]

    def _brought(self, wanted: frozenset[str], platform: str) -> frozenset[str]:
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
