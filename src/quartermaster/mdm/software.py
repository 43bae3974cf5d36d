"""Reads of delivered software: the catalogue, who is to have what, and how far it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor, reach
from quartermaster.mdm import software_permits as permits
from quartermaster.mdm.models import (
    DeviceSoftware,
    Enrolment,
    Origin,
    Purpose,
    Software,
    SoftwareAssignment,
    SoftwarePackage,
)
from quartermaster.mdm.software_states import SOFTWARE_LIVE, SoftwareState
from quartermaster.mdm.states import EnrolmentState
from quartermaster.org.models import Department
from quartermaster.policy.queries import effective_requirements
from quartermaster.policy.requirements.rulebook import Rulebook

STRONGEST = (Origin.POLICY, Origin.ASSIGNED, Origin.WISH)


@dataclass(frozen=True)
class Wanted:
    """That a device is to have an application, and why."""

    software: Software
    origin: Origin


def software_visible_to(actor: Actor) -> QuerySet[Software]:
    """The catalogue, for whoever may look at it at all."""
    extent = reach(actor, permits.SOFTWARE_VIEW)
    rows = Software.objects.annotate(
        installed=Count("devices", filter=Q(devices__state="installed"), distinct=True),
        troubled=Count(
            "devices", filter=Q(devices__state__in=["failed", "declined"]), distinct=True
        ),
        targeted=Count(
            "devices", filter=Q(devices__state__in=sorted(SOFTWARE_LIVE)), distinct=True
        ),
    )
    return rows.none() if extent.nothing else rows


def device_software_visible_to(actor: Actor) -> QuerySet[DeviceSoftware]:
    """What is on its way to which device, as far as the actor may see."""
    rows = DeviceSoftware.objects.select_related(
        "software", "device__department", "device__holder", "package", "enrolment"
    )
    looking = reach(actor, permits.SOFTWARE_VIEW)
    holding = reach(actor, permits.SOFTWARE_WISH)
    if looking.everything:
        return rows
    return rows.filter(
        Q(device__department_id__in=looking.departments) | Q(device__holder_id__in=holding.people)
    )


def assignments_visible_to(actor: Actor) -> QuerySet[SoftwareAssignment]:
    """Who must or may have what, in the departments that the actor reaches."""
    rows = SoftwareAssignment.objects.select_related("software", "department", "device")
    extent = reach(actor, permits.SOFTWARE_VIEW)
    if extent.everything:
        return rows
    return rows.filter(
        Q(department_id__in=extent.departments) | Q(device__department_id__in=extent.departments)
    )


def deliverable_on(platform: str) -> QuerySet[Software]:
    """The catalogue for one platform."""
    return Software.objects.filter(retired_at=None, platforms__contains=[platform])


def deliverable(identifiers: Iterable[str], platform: str) -> frozenset[str]:
    """Which of these can be delivered to devices of this platform (G-4)."""
    wanted = list(identifiers)
    if not wanted:
        return frozenset()
    rows = deliverable_on(platform).filter(identifier__in=wanted)
    usable = rows.filter(Q(source="store") | Q(id__in=_packaged(platform)))
    return frozenset(usable.values_list("identifier", flat=True))


def _packaged(platform: str) -> QuerySet[SoftwarePackage, UUID]:
    return (
        usable_packages()
        .filter(platforms__contains=[platform])
        .values_list("software_id", flat=True)
    )


def usable_packages() -> QuerySet[SoftwarePackage]:
    """The versions that a second person stood for and nobody withdrew (G-10)."""
    return SoftwarePackage.objects.filter(withdrawn_at=None, approved_at__isnull=False)


def packages_to_approve(actor: Actor) -> QuerySet[SoftwarePackage]:
    """The versions that wait for a second person, as far as this actor may be it (G-10)."""
    rows = SoftwarePackage.objects.select_related("software", "file").filter(
        withdrawn_at=None, approved_at=None, adder__isnull=False, software__retired_at=None
    )
    if not reach(actor, permits.PACKAGE_APPROVE).everything:
        return rows.none()
    return rows.exclude(adder_id=actor.person_id)


def newest_package(software_id: UUID, platform: str) -> SoftwarePackage | None:
    """The version that devices of this platform are to have."""
    return (
        usable_packages()
        .filter(software_id=software_id, platforms__contains=[platform])
        .select_related("software", "file")
        .first()
    )


def wanted_on(device: Device, at: datetime, book: Rulebook | None = None) -> dict[UUID, Wanted]:
    """What a device is to have now: by the policy, by assignment, by its holder's wish (G-4).

    Pass ``book`` when asking for many devices.
    """
    catalogue = list(deliverable_on(device.platform))
    if not catalogue:
        return {}
    reasons = _assigned(device)
    required = _required(device, at, book)
    for software in catalogue:
        if software.identifier in required:
            reasons.setdefault(software.id, set()).add(Origin.POLICY)
    return {
        software.id: Wanted(software, min(reasons[software.id], key=STRONGEST.index))
        for software in catalogue
        if reasons.get(software.id)
    }


def _required(device: Device, at: datetime, book: Rulebook | None) -> frozenset[str]:
    effective = effective_requirements(
        device.department_id,
        device.ownership,
        at=at,
        person_id=device.holder_id,
        device_id=device.id,
        book=book,
    )
    return effective.requirements.required_software


def _assigned(device: Device) -> dict[UUID, set[Origin]]:
    """By software: that it is assigned, or offered and wished for."""
    reasons: dict[UUID, set[Origin]] = {}
    wished = set(
        DeviceSoftware.objects.filter(device=device, wished_at__isnull=False).values_list(
            "software_id", flat=True
        )
    )
    for row in assignments_reaching(device):
        if row.purpose == Purpose.REQUIRED:
            reasons.setdefault(row.software_id, set()).add(Origin.ASSIGNED)
        elif row.software_id in wished:
            reasons.setdefault(row.software_id, set()).add(Origin.WISH)
    return reasons


def assignments_reaching(device: Device) -> QuerySet[SoftwareAssignment]:
    """What is assigned to a device: to itself, its department, or one above that."""
    return SoftwareAssignment.objects.filter(
        Q(device=device) | Q(department_id__in=_lineage(device.department_id)), ended_at=None
    ).select_related("software")


def _lineage(department_id: UUID) -> list[UUID]:
    parents: Mapping[UUID, UUID | None] = dict(Department.objects.values_list("id", "parent_id"))
    found: list[UUID] = []
    current: UUID | None = department_id
    while current is not None and current not in found:
        found.append(current)
        current = parents.get(current)
    return found


def offered_to(device: Device) -> list[Software]:
    """What the holder of a device may have installed on it and has not."""
    taken = DeviceSoftware.objects.filter(
        device=device, enrolment__state=EnrolmentState.ENROLLED, state__in=sorted(SOFTWARE_LIVE)
    ).values_list("software_id", flat=True)
    offers = [
        row.software
        for row in assignments_reaching(device)
        if row.purpose == Purpose.OFFERED
        and row.software.retired_at is None
        and device.platform in row.software.platforms
        and row.software_id not in set(taken)
    ]
    return sorted({item.id: item for item in offers}.values(), key=lambda item: item.title)


def enrolments_of(software: Software) -> QuerySet[Enrolment]:
    """The enrolled devices for whose platform it is."""
    return Enrolment.objects.filter(
        state=EnrolmentState.ENROLLED, device__platform__in=software.platforms
    ).select_related("device")


# what waits for its holder, or failed, is no longer on its way
OWED = frozenset(
    {
        SoftwareState.WANTED,
        SoftwareState.LICENSED,
        SoftwareState.SENT,
        SoftwareState.INSTALLING,
    }
)
