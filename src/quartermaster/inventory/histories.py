"""Who had a thing when, as far as whoever asks may know."""

from dataclasses import dataclass
from datetime import datetime

from quartermaster.inventory import permits
from quartermaster.inventory.models import (
    Accessory,
    Custodian,
    CustodyPeriod,
    Device,
    Sim,
)
from quartermaster.inventory.rules.custody import Thing
from quartermaster.kernel.permits import Actor, Permit, Reach, reach

VERBS = {
    "register": "Registered",
    "enter": "Entered",
    "order": "Ordered",
    "import": "Taken over by an import",
    "first recorded": "First recorded",
    "assign": "Handed out",
    "take back": "Taken back",
    "report lost": "Reported lost",
    "repair": "Sent to repair",
    "hand back": "Handed back",
    "retire": "Put out of use",
    "end registration": "Registration ended",
    "correct": "Department corrected",
    "swap": "Put into its line",
    "put in": "Put into a device",
    "take out": "Taken out of its device",
    "activate": "Activated",
    "suspend": "Suspended",
    "restore": "Restored",
    "cancel": "Cancelled",
    "port out": "Ported out",
    "count": "Found by a count",
}


@dataclass(frozen=True)
class Held:
    """A period as it is shown. Names are empty where the reader may not know them."""

    position: int
    since: datetime
    until: datetime | None
    custodian: Custodian
    where: str
    verb: str
    reason: str
    by: str
    cause_kind: str = ""

    @property
    def momentary(self) -> bool:
        return self.until == self.since


def view_permit(thing: Thing) -> Permit:
    """What it takes to see such a thing."""
    if isinstance(thing, Device):
        return permits.DEVICE_VIEW
    return permits.ACCESSORY_VIEW if isinstance(thing, Accessory) else permits.LINE_VIEW


def custody_seen_by(actor: Actor, thing: Thing) -> list[Held]:
    """The periods of a thing that the actor may see, oldest first.

    Who sees the whole city sees all; who answers for a department sees all, with the names of that
    department alone; others see the periods of the people that they reach, and no other name.
    """
    extent = reach(actor, view_permit(thing))
    rows = CustodyPeriod.objects.filter(thing_id=thing.id).order_by("position")
    rows = rows.select_related("person", "department", "in_device", "in_line")
    if not (extent.everything or extent.departments or isinstance(thing, Sim)):
        rows = rows.filter(person_id__in=extent.people)
    return [_held(row, extent) for row in rows]


def _held(row: CustodyPeriod, extent: Reach) -> Held:
    named = extent.covers(person_id=row.person_id, department_id=row.department_id)
    mine = named or row.in_device_id is not None or row.in_line_id is not None
    sees_who = extent.everything or row.department_id in extent.departments
    return Held(
        position=row.position,
        since=row.since,
        until=row.until,
        custodian=Custodian(row.custodian),
        where=_where(row) if mine else "Elsewhere",
        verb=VERBS.get(row.verb, row.verb.capitalize()),
        reason=row.reason if named else "",
        by=row.by if sees_who else "",
        cause_kind=row.cause_kind,
    )


def _where(row: CustodyPeriod) -> str:
    custodian = Custodian(row.custodian)
    if custodian is Custodian.DEVICE:
        return f"In {row.in_device}"
    if custodian is Custodian.LINE:
        return f"In the line {row.in_line}"
    place = row.department.name if row.department else ""
    if custodian is Custodian.PERSON:
        return f"{row.person}, {place}" if place else str(row.person)
    said = custodian.label
    if row.person is not None:
        said = f"{said} (of {row.person})"
    return f"{said}, {place}" if place else said
