"""Reads of equipment."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from quartermaster.inventory import permits
from quartermaster.inventory.models import Accessory, Device, Line, Sim
from quartermaster.inventory.rules import Channel, channel
from quartermaster.kernel.errors import NotFound
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


def management_channel(device: Device) -> Channel:
    """How the device is managed (S-1)."""
    return channel(device.device_class, device.platform)
