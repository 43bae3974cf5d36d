"""What this room adds to the pages of devices, lines, people and departments."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count

from quartermaster.audit.queries import entries_about
from quartermaster.inventory import queries
from quartermaster.inventory.models import Device, DeviceStatus, Line, Ownership
from quartermaster.inventory.permits import DEVICE_VIEW, LINE_VIEW
from quartermaster.inventory.rules import Channel
from quartermaster.inventory.rules.privacy import field_title, known_of
from quartermaster.kernel.permits import reach
from quartermaster.org.models import Department, Person
from quartermaster.web.panels import Body, panel

_MOST = 50


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
def custody(request: Any, device: Device) -> Body | None:
    """Who held it when; for those who see more than what is their own."""
    extent = reach(request.actor, DEVICE_VIEW)
    if not (extent.everything or device.department_id in extent.departments):
        return None
    entries = [entry for entry in entries_about(device)[:_MOST] if entry.tag in _TOLD]
    names = _names(entries)
    steps = [(entry.at, entry.actor_label, _sentence(entry, names)) for entry in entries]
    return Body("inventory/panels/custody.html", steps=steps)


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


_TOLD = {
    "inventory.device.registered",
    "inventory.device.moved",
    "inventory.device.changed",
}
_VERBS = {
    "assign": "Assigned to {after}",
    "take back": "Taken back into stock from {before}",
    "report lost": "Reported lost; it was with {before}",
    "repair": "Sent to repair; it was with {before}",
    "hand back": "Handed back to {after}",
    "retire": "Retired",
    "end registration": "Registration ended; it was with {before}",
}


def _holders(entry: Any) -> tuple[str | None, str | None]:
    """Who held it before and after, by key."""
    given = entry.data.get("holder")
    return (given[0], given[1]) if isinstance(given, list) else (None, given)


def _names(entries: list[Any]) -> dict[str, str]:
    keys = {UUID(key) for entry in entries for key in _holders(entry) if key}
    return {str(person.id): person.name for person in Person.objects.filter(id__in=keys)}


def _sentence(entry: Any, names: dict[str, str]) -> str:
    before, after = (names.get(key or "", "nobody") for key in _holders(entry))
    if entry.tag == "inventory.device.registered":
        return f"Registered, with {after}" if after != "nobody" else "Registered into stock"
    if entry.tag == "inventory.device.changed":
        return f"Corrected: {', '.join(_corrected(entry))}"
    told = _VERBS.get(entry.data["verb"])
    if told is None:  # by an import
        return f"By an import: {entry.data['status'][1].replace('_', ' ')}, with {after}"
    return told.format(before=before, after=after)


def _corrected(entry: Any) -> Iterator[str]:
    for name in sorted(entry.data["after"]):
        yield field_title(name)
