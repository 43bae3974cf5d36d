"""What this room adds to the pages of devices, lines, people and departments."""

from typing import Any

from django.db.models import Count
from django.urls import reverse

from quartermaster.inventory import queries
from quartermaster.inventory.histories import custody_seen_by
from quartermaster.inventory.models import Accessory, Device, DeviceStatus, Line, Ownership, Sim
from quartermaster.inventory.permits import ACCESSORY_VIEW, DEVICE_VIEW, LINE_VIEW
from quartermaster.inventory.rules import Channel
from quartermaster.inventory.rules.custody import Thing, kind_of
from quartermaster.inventory.rules.privacy import known_of
from quartermaster.kernel.permits import reach
from quartermaster.org.models import Department, Person
from quartermaster.web.panels import Body, panel

_MOST = 8


@panel("device", title="What the City can and cannot see", order=5, permit=DEVICE_VIEW)
def privacy(_request: Any, device: Device) -> Body | None:
    """In plain words, of a personal device (G-1)."""
    if not device.personal:
        return None
    return Body("inventory/panels/privacy.html", known=known_of(device))


@panel("device", title="Lines and SIMs", order=20, permit=LINE_VIEW)
def sims_of_device(request: Any, device: Device) -> Body | None:
    """The SIMs in the device, with their lines."""
    if device.personal:
        return None
    sims = queries.sims_in(device)
    lines = queries.lines_visible_to(request.actor).filter(sims__device=device)
    visible = set(lines.values_list("id", flat=True))
    return Body(
        "inventory/panels/sims.html",
        sims=[(sim, sim.line_id in visible) for sim in sims],
        hotspot=queries.management_channel(device) is Channel.LINE,
    )


@panel("device", title="Custody", order=90, permit=DEVICE_VIEW)
def custody_of_device(request: Any, device: Device) -> Body:
    """Who had it last, and the way to its whole life."""
    return _custody(request, device)


@panel("line", title="Custody", order=90, permit=LINE_VIEW)
def custody_of_line(request: Any, line: Line) -> Body:
    """The same of a line."""
    return _custody(request, line)


@panel("sim", title="Custody", order=90, permit=LINE_VIEW)
def custody_of_sim(request: Any, sim: Sim) -> Body:
    """The same of a SIM."""
    return _custody(request, sim)


@panel("accessory", title="Custody", order=90, permit=ACCESSORY_VIEW)
def custody_of_accessory(request: Any, accessory: Accessory) -> Body:
    """The same of an accessory."""
    return _custody(request, accessory)


def _custody(request: Any, thing: Thing) -> Body:
    held = custody_seen_by(request.actor, thing)
    return Body(
        "inventory/panels/custody.html",
        held=held[: -_MOST - 1 : -1],
        more=max(0, len(held) - _MOST),
        whole=reverse(f"custody:{kind_of(thing)}", kwargs={"key": thing.pk}),
    )


@panel("line", title="SIMs", order=20, permit=LINE_VIEW)
def sims_of_line(request: Any, line: Line) -> Body:
    """The SIMs that the line has had; the one in use first."""
    sims = line.sims.select_related("device").order_by("retired", "-id")
    devices = queries.devices_visible_to(request.actor)
    visible = set(devices.filter(sims__line=line).values_list("id", flat=True))
    return Body(
        "inventory/panels/sims_of_line.html",
        sims=[(sim, sim.device_id in visible) for sim in sims],
    )


@panel("person", title="Equipment held", order=20, permit=DEVICE_VIEW)
def equipment_of_person(request: Any, person: Person) -> Body | None:
    """Devices, lines and accessories, as far as the actor may see them."""
    actor = request.actor
    devices = queries.devices_visible_to(actor).filter(holder=person)
    lines = queries.lines_visible_to(actor).filter(holder=person)
    accessories = queries.accessories_visible_to(actor).filter(holder=person)
    sees = reach(actor, DEVICE_VIEW).covers(person_id=person.id, department_id=person.department_id)
    found = {"devices": devices, "lines": lines, "accessories": accessories}
    if not sees and not any(found.values()):
        return None
    return Body("inventory/panels/held.html", nothing=not any(found.values()), **found)


@panel("department", title="Equipment", order=30, permit=DEVICE_VIEW)
def equipment_of_department(request: Any, department: Department) -> Body | None:
    """How much of what; who sees nothing of the department is shown nothing."""
    extent = reach(request.actor, DEVICE_VIEW)
    if not (extent.everything or department.id in extent.departments):
        return None
    devices = queries.devices_visible_to(request.actor).filter(department=department)
    in_use = devices.exclude(status=DeviceStatus.RETIRED).order_by()
    counts = dict(in_use.values_list("ownership").annotate(Count("id")))
    lines = queries.lines_visible_to(request.actor).filter(department=department)
    return Body(
        "inventory/panels/department.html",
        city=counts.get(Ownership.CITY, 0),
        personal=counts.get(Ownership.PERSONAL, 0),
        lost=in_use.filter(status=DeviceStatus.LOST).count(),
        lines=lines.filter(status="active").count(),
    )
