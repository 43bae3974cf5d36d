"""Reads of cellular devices held, authorisations of a second one, and the other ways (G-8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from quartermaster.inventory.models import (
    LIVE,
    Device,
    DeviceClass,
    DeviceStatus,
    LineStatus,
    Ownership,
    Sim,
)
from quartermaster.kernel.permits import Actor, reach
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import Loan, Request, RequestItem, SecondDevice
from quartermaster.lifecycle.queries.coverage import held_to
from quartermaster.lifecycle.request_permits import SECOND_VIEW
from quartermaster.lifecycle.rules.details import ALWAYS_CELLULAR
from quartermaster.lifecycle.rules.loans import WITH_BORROWER
from quartermaster.lifecycle.rules.requests import OPEN_ITEMS, ItemKind, RequestState
from quartermaster.lifecycle.rules.second import is_second
from quartermaster.org.models import Person

CLAUSE = "G-8"


def second_devices_visible_to(actor: Actor) -> QuerySet[SecondDevice]:
    """The authorisations that the actor may see."""
    extent = reach(actor, SECOND_VIEW)
    rows = SecondDevice.objects.select_related("person__department", "authorised_by")
    if extent.everything:
        return rows
    return rows.filter(
        Q(person_id__in=extent.people) | Q(person__department_id__in=extent.departments)
    )


def has_line(device: Device) -> bool:
    """Whether a live line is in a device: by that it is a cellular one."""
    return _live_sims().filter(device=device).exists()


def _live_sims() -> QuerySet[Sim]:
    return Sim.objects.filter(retired=False, line__status__in=LIVE)


def cellular_devices_of(person_id: UUID, *, in_use: bool = False) -> QuerySet[Device]:
    """The City's cellular devices that a person holds, without what they have on loan.

    A phone or a hot-spot in any case, any other with a live line in it; with ``in_use`` those alone
    that have one.
    """
    lent = Loan.objects.filter(
        hotspot__device=OuterRef("id"), person_id=person_id, state__in=values(WITH_BORROWER)
    )
    lines = Q(Exists(_live_sims().filter(device=OuterRef("id"))))
    return (
        Device.objects.filter(
            holder_id=person_id, status=DeviceStatus.ASSIGNED, ownership=Ownership.CITY
        )
        .filter(lines if in_use else lines | Q(device_class__in=ALWAYS_CELLULAR))
        .exclude(Exists(lent))
        .select_related("model")
        .order_by("asset_tag")
    )


def authorisations_in_force(person_id: UUID, at: datetime) -> QuerySet[SecondDevice]:
    """What a person may hold beyond one cellular device today."""
    return SecondDevice.objects.filter(person_id=person_id, ended_at=None, until__gte=today(at))


def would_be_second(
    person: Person,
    device_class: str,
    at: datetime,
    *,
    coming: Iterable[str] = (),
    but: UUID | None = None,
    in_use: bool = False,
) -> bool:
    """Whether one more cellular device of the class takes an authorisation that is not there.

    Args:
        person: who would hold it.
        device_class: what it would be.
        at: now.
        coming: the classes of cellular devices that are on their way to the person already.
        but: the device in question itself, where it is theirs already.
        in_use: count what has a live line in it, and nothing else.
    """
    if not held_to(person.department, CLAUSE):
        return False
    others = cellular_devices_of(person.id, in_use=in_use)
    if but is not None:
        others = others.exclude(id=but)
    held = others.values_list("device_class", flat=True)
    allowed = authorisations_in_force(person.id, at).values_list("device_class", flat=True)
    return is_second([*held, *coming], allowed, device_class)


def second_items_of(
    request: Request, items: Iterable[RequestItem], at: datetime
) -> list[RequestItem]:
    """The items by which their person would hold more cellular devices than one (G-8).

    What was authorised before and is on its way counts as if it were held.
    """
    coming = list(
        RequestItem.objects.filter(
            request__person_id=request.person_id,
            request__state=RequestState.AUTHORISED,
            state__in=values(OPEN_ITEMS),
            kind=ItemKind.DEVICE,
            cellular=True,
        )
        .exclude(request_id=request.id)
        .values_list("device_class", flat=True)
    )
    found = []
    for item in items:
        if item.kind != ItemKind.DEVICE or not item.cellular:
            continue
        if would_be_second(request.person, item.device_class, at, coming=coming):
            found.append(item)
        else:
            coming.append(item.device_class)
    return found


@dataclass(frozen=True)
class Tethering:
    """Whether one device of a person can share its connection, as far as is known."""

    device: Device
    possible: bool | None
    said: str


def tethering_of(person_id: UUID) -> list[Tethering]:
    """What each phone or tablet that a person holds says about tethering."""
    found = []
    for device in cellular_devices_of(person_id).exclude(device_class=DeviceClass.HOTSPOT):
        sim = _live_sims().filter(device=device).select_related("line").first()
        if sim is None or sim.line is None:
            found.append(Tethering(device, possible=False, said="It has no line in use."))
        elif sim.line.status != LineStatus.ACTIVE:
            said = f"Its line {sim.line} is {sim.line.get_status_display().lower()}."
            found.append(Tethering(device, possible=False, said=said))
        elif device.model is None or not device.model.capabilities:
            said = f"Not known of this model; the plan is “{sim.line.plan or 'not known'}”."
            found.append(Tethering(device, possible=None, said=said))
        elif "tethering" not in device.model.capabilities:
            found.append(Tethering(device, possible=False, said="The model cannot."))
        else:
            plan = f"the plan is “{sim.line.plan}”" if sim.line.plan else "its plan is not known"
            said = f"The model can; {plan}: see whether it allows it."
            found.append(Tethering(device, possible=True, said=said))
    return found
