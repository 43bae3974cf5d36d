"""Reads of equipment."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from quartermaster.inventory import permits
from quartermaster.inventory.errors import AmbiguousDevice
from quartermaster.inventory.identifiers import CHECKS
from quartermaster.inventory.models import (
    LIVE,
    Accessory,
    Device,
    DeviceModel,
    DeviceStatus,
    Line,
    Sim,
)
from quartermaster.inventory.rules import Channel, channel
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, Permit, reach

M = TypeVar("M", bound=Model)


def _trimmed(rows: QuerySet[M], actor: Actor, asked: Permit, prefix: str = "") -> QuerySet[M]:
    extent = reach(actor, asked)
    if extent.everything:
        return rows
    return rows.filter(
        Q(**{f"{prefix}holder_id__in": extent.people})
        | Q(**{f"{prefix}department_id__in": extent.departments})
    )


def devices_visible_to(actor: Actor) -> QuerySet[Device]:
    """The devices that the actor may see."""
    devices = Device.objects.select_related("model", "department", "holder")
    return _trimmed(devices, actor, permits.DEVICE_VIEW)


def lines_visible_to(actor: Actor) -> QuerySet[Line]:
    """The lines that the actor may see."""
    lines = Line.objects.select_related("department", "holder")
    return _trimmed(lines, actor, permits.LINE_VIEW)


def sims_visible_to(actor: Actor) -> QuerySet[Sim]:
    """The SIMs of lines that the actor may see; loose SIMs only for who sees the whole city."""
    sims = Sim.objects.select_related("line", "device")
    return _trimmed(sims, actor, permits.LINE_VIEW, "line__")


def accessories_visible_to(actor: Actor) -> QuerySet[Accessory]:
    """The accessories that the actor may see."""
    rows = Accessory.objects.select_related("department", "holder")
    return _trimmed(rows, actor, permits.ACCESSORY_VIEW)


def device_seen_by(actor: Actor, device_id: UUID) -> Device:
    """One device, or `NotFound` where the actor may not know of it."""
    device = devices_visible_to(actor).filter(id=device_id).first()
    if device is None:
        raise NotFound("There is no such device, or you may not see it.")
    return device


def device_for_update(device_id: UUID) -> Device:
    """One device, locked until the transaction ends; for verbs of the rooms above."""
    rows = Device.objects.select_for_update(of=("self",))
    device = rows.select_related("department", "holder", "model").filter(id=device_id).first()
    if device is None:
        raise NotFound("There is no such device.")
    return device


def accessory_for_update(accessory_id: UUID) -> Accessory:
    """One accessory, locked until the transaction ends; for verbs of the rooms above."""
    rows = Accessory.objects.select_for_update(of=("self",))
    accessory = rows.select_related("department", "holder").filter(id=accessory_id).first()
    if accessory is None:
        raise NotFound("There is no such accessory.")
    return accessory


def device_matching(*, serial: str = "", imei: str = "", udid: str = "") -> Device | None:
    """The City's device that reports these identifiers, for matching at enrolment.

    They may be written as the device writes them; what is no identifier matches nothing. An IMEI
    matches as the first or the second. `AmbiguousDevice` where they name different ones. Personal
    devices have no identifiers and are never found (G-1).
    """
    named = Q()
    if plain := _normal("serial", serial):
        named |= Q(serial=plain)
    if plain := _normal("imei", imei):
        named |= Q(imei=plain) | Q(imei2=plain)
    if plain := _normal("udid", udid):
        named |= Q(udid=plain)
    if not named:
        return None
    rows = Device.objects.select_related("department", "holder", "model")
    found = list(rows.filter(named).exclude(status=DeviceStatus.RETIRED)[:2])
    if len(found) > 1:
        raise AmbiguousDevice(
            f"These identifiers belong to {found[0]} and to {found[1]}. Correct one of them first.",
            devices=", ".join(str(device.id) for device in found),
        )
    return found[0] if found else None


def device_named(actor: Actor, name: str) -> Device | None:
    """The device that goes by a tag, serial number, IMEI or the number of its line."""
    plain = name.strip()
    match = Q(asset_tag__iexact=plain)
    for field in ("serial", "imei", "imei2"):
        value = _normal(field, plain)
        match |= Q(**{field: value}) if value else Q()
    number = _normal("number", plain)
    if number:
        match |= Q(sims__line__number=number, sims__line__status__in=LIVE, sims__retired=False)
    return devices_visible_to(actor).filter(match).distinct().order_by("id").first()


def _normal(kind: str, text: str) -> str:
    try:
        return CHECKS[kind](text)
    except ValueError:
        return ""


def line_seen_by(actor: Actor, line_id: UUID) -> Line:
    """One line, or `NotFound` where the actor may not know of it."""
    line = lines_visible_to(actor).filter(id=line_id).first()
    if line is None:
        raise NotFound("There is no such line, or you may not see it.")
    return line


def sim_named(actor: Actor, iccid: str) -> Sim:
    """The SIM with an ICCID; `InvalidInput` where it is no ICCID, or none that is known."""
    try:
        plain = CHECKS["iccid"](iccid)
    except ValueError as problem:
        raise InvalidInput(f"The ICCID {problem}.", field="sim") from problem
    sim = sims_visible_to(actor).filter(iccid=plain).first()
    if sim is None:
        raise InvalidInput("There is no SIM with this ICCID. Add it first.", field="sim")
    return sim


def sims_in(device: Device) -> QuerySet[Sim]:
    """The SIMs in a device, with their lines."""
    return device.sims.select_related("line").order_by("iccid")


def hotspots_visible_to(actor: Actor) -> QuerySet[Device]:
    """The mobile hot-spots that the actor may see; each is managed through its line (S-1)."""
    return devices_visible_to(actor).filter(device_class="hotspot").prefetch_related("sims__line")


def models() -> QuerySet[DeviceModel]:
    """The catalogue of makes and models; it is no secret."""
    return DeviceModel.objects.all()


def enforced(device: Device) -> bool:
    """Whether the City's requirements are enforced on the device: not in an excluded department.

    What such a department adopted holds for it all the same; `policy` answers that (S-3).
    """
    return device.department.covered


def management_channel(device: Device) -> Channel:
    """How the device is managed (S-1)."""
    return channel(device.device_class, device.platform)
