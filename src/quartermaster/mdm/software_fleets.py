"""Software for many devices: what each is to have, and whose is not as it is to be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from quartermaster.inventory.models import Device
from quartermaster.mdm.models import (
    DeviceSoftware,
    Enrolment,
    Origin,
    Purpose,
    Software,
    SoftwareAssignment,
)
from quartermaster.mdm.software import STRONGEST
from quartermaster.mdm.software_states import SoftwareState
from quartermaster.policy.queries import Waivers
from quartermaster.policy.requirements.rulebook import Rulebook, relaxed


class Shelf:
    """What the catalogue and its assignments ask for at an instant. Read once, ask for many."""

    def __init__(self, at: datetime, book: Rulebook) -> None:
        self.at = at
        self._book = book
        self._waivers = Waivers(at)
        self._catalogue: dict[str, dict[UUID, str]] = defaultdict(dict)
        for item in Software.objects.filter(retired_at=None):
            for platform in item.platforms:
                self._catalogue[platform][item.id] = item.identifier
        self._assigned: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
        rows = SoftwareAssignment.objects.filter(ended_at=None)
        for software, purpose, department, device in rows.values_list(
            "software_id", "purpose", "department_id", "device_id"
        ):
            self._assigned[device or department].append((software, purpose))
        self._required: dict[tuple[object, ...], frozenset[str]] = {}

    def wanted(self, devices: Iterable[Device]) -> dict[UUID, dict[UUID, Origin]]:
        """What `wanted_on` says of each device: by application, why (G-4)."""
        rows = list(devices)
        wished: dict[UUID, set[UUID]] = defaultdict(set)
        wishes = DeviceSoftware.objects.filter(device__in=rows, wished_at__isnull=False)
        for device_id, software_id in wishes.values_list("device_id", "software_id"):
            wished[device_id].add(software_id)
        return {row.id: self._wanted(row, wished.get(row.id, set())) for row in rows}

    def out_of_step(self, enrolments: Sequence[Enrolment]) -> list[Enrolment]:
        """Those that lack something, have what they are not to have, or wait for a step (G-4)."""
        wanted = self.wanted(row.device for row in enrolments)
        kept: dict[UUID, dict[UUID, DeviceSoftware]] = defaultdict(dict)
        rows = DeviceSoftware.objects.filter(enrolment__in=enrolments)
        for row in rows.exclude(state=SoftwareState.REMOVED):
            kept[row.enrolment_id][row.software_id] = row
        return [
            one
            for one in enrolments
            if not self._in_step(wanted[one.device_id], kept.get(one.id, {}))
        ]

    def _in_step(self, wanted: Mapping[UUID, Origin], kept: Mapping[UUID, DeviceSoftware]) -> bool:
        return wanted.keys() == kept.keys() and all(
            row.origin == wanted[key]
            and row.state != SoftwareState.REMOVING
            and (row.due_at is None or row.due_at > self.at)
            for key, row in kept.items()
        )

    def _wanted(self, device: Device, wished: set[UUID]) -> dict[UUID, Origin]:
        catalogue = self._catalogue.get(device.platform)
        if not catalogue:
            return {}
        reasons: dict[UUID, set[Origin]] = defaultdict(set)
        places = [device.id, *(place.id for place in self._book.lineage(device.department_id))]
        for software, purpose in (row for key in places for row in self._assigned.get(key, ())):
            if purpose == Purpose.REQUIRED:
                reasons[software].add(Origin.ASSIGNED)
            elif software in wished:
                reasons[software].add(Origin.WISH)
        required = self._required_of(device)
        for software, identifier in catalogue.items():
            if identifier in required:
                reasons[software].add(Origin.POLICY)
        return {
            software: min(reasons[software], key=STRONGEST.index)
            for software in catalogue
            if reasons.get(software)
        }

    def _required_of(self, device: Device) -> frozenset[str]:
        waivers = self._waivers.of(device.department_id, device.holder_id, device.id)
        held = sorted((name, item.exception_id) for name, item in waivers.items())
        key = (device.department_id, device.ownership, *held)
        if key not in self._required:
            stated = self._book.effective(device.department_id, device.ownership)
            self._required[key] = relaxed(stated, waivers).requirements.required_software
        return self._required[key]
