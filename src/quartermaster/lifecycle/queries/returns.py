"""Reads of returns, sanitisations, lots and write-offs."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from quartermaster.inventory.models import Accessory, Device, DeviceStatus, Ownership
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, Permit, reach
from quartermaster.lifecycle import return_permits as permits
from quartermaster.lifecycle.models import (
    DisposalLine,
    HandoverItem,
    Reservation,
    Return,
    ReturnItem,
    Sanitisation,
    SurplusLot,
    WriteOff,
)


def _reached(actor: Actor, asked: Permit, prefix: str = "") -> Q:
    extent = reach(actor, asked)
    if extent.everything:
        return Q()
    return Q(**{f"{prefix}holder_id__in": extent.people}) | Q(
        **{f"{prefix}department_id__in": extent.departments}
    )


def returns_visible_to(actor: Actor) -> QuerySet[Return]:
    """The returns that the actor may see."""
    rows = Return.objects.select_related("device__model", "holder", "department", "receipt")
    return rows.filter(_reached(actor, permits.RETURN_VIEW))


def items_visible_to(actor: Actor) -> QuerySet[ReturnItem]:
    """The things of checklists that the actor may see."""
    rows = ReturnItem.objects.select_related("belongs_to__device", "belongs_to__holder")
    return rows.filter(_reached(actor, permits.RETURN_VIEW, "belongs_to__"))


def devices_to_give_back(actor: Actor) -> QuerySet[Device]:
    """The City devices that somebody holds and the actor may ask for, not expected back yet."""
    rows = Device.objects.select_related("model", "holder", "department").filter(
        ownership=Ownership.CITY, status__in=[DeviceStatus.ASSIGNED, DeviceStatus.IN_REPAIR]
    )
    expected = Return.objects.filter(state="expected").values("device_id")
    return rows.filter(_reached(actor, permits.RETURN_OPEN)).exclude(
        Q(id__in=expected) | Q(holder=None)
    )


def expected_back(device: Device) -> Return | None:
    """The return under way of a device; None where it is not asked for."""
    return Return.objects.filter(device=device, state="expected").first()


def _whole(actor: Actor, asked: Permit) -> bool:
    return reach(actor, asked).everything


def sanitisations_visible_to(actor: Actor) -> QuerySet[Sanitisation]:
    """The records of sanitisation: all, or none."""
    rows = Sanitisation.objects.select_related(
        "device__model", "operator", "verifier", "proof", "certificate"
    )
    return rows if _whole(actor, permits.SANITISATION_VIEW) else rows.none()


def devices_to_sanitise(actor: Actor) -> QuerySet[Device]:
    """What stands in quarantine: used before, in stock, and not sanitised yet."""
    rows = Device.objects.select_related("model", "department").filter(
        ownership=Ownership.CITY, status=DeviceStatus.IN_STOCK
    )
    if not _whole(actor, permits.SANITISATION_VIEW):
        return rows.none()
    waiting = Sanitisation.objects.filter(state="done").values("device_id")
    done = Sanitisation.objects.filter(holds=True).values("device_id")
    return rows.filter(needs_sanitising=True).exclude(Q(id__in=waiting) | Q(id__in=done))


def lots_visible_to(actor: Actor) -> QuerySet[SurplusLot]:
    """The surplus lots: all, or none."""
    rows = SurplusLot.objects.select_related("opened_by", "approved_by", "certificate")
    return rows if _whole(actor, permits.SURPLUS_VIEW) else rows.none()


def lines_visible_to(actor: Actor) -> QuerySet[DisposalLine]:
    rows = DisposalLine.objects.select_related(
        "lot", "device__model", "accessory", "department", "sanitisation"
    )
    return rows if _whole(actor, permits.SURPLUS_VIEW) else rows.none()


def devices_for_a_lot(actor: Actor) -> QuerySet[Device]:
    """What may go into a lot: in stock, and sanitised or without anything of its user."""
    rows = Device.objects.select_related("model", "department").filter(
        ownership=Ownership.CITY, status=DeviceStatus.IN_STOCK, disposal=None
    )
    if not _whole(actor, permits.SURPLUS_VIEW):
        return rows.none()
    done = Sanitisation.objects.filter(holds=True).values("device_id")
    return rows.filter(Q(device_class="hotspot") | Q(id__in=done))


def accessories_for_a_lot(actor: Actor) -> QuerySet[Accessory]:
    """The accessories that nobody has and that are kept for nobody."""
    rows = Accessory.objects.select_related("department").filter(
        holder=None, retired=False, disposal=None
    )
    if not _whole(actor, permits.SURPLUS_VIEW):
        return rows.none()
    kept = Reservation.objects.filter(accessory=OuterRef("id"), ended_at=None)
    ready = HandoverItem.objects.filter(accessory=OuterRef("id"), live=True)
    return rows.exclude(Exists(kept)).exclude(Exists(ready))


def write_offs_visible_to(actor: Actor) -> QuerySet[WriteOff]:
    """The write-offs: all, or none."""
    rows = WriteOff.objects.select_related("device__model", "loss", "asked_by", "decided_by")
    return rows if _whole(actor, permits.SURPLUS_VIEW) else rows.none()


def write_off_seen_by(actor: Actor, key: object) -> WriteOff:
    """One write-off, or `NotFound` where the actor may not know of it."""
    found = write_offs_visible_to(actor).filter(pk=str(key)).first()
    if found is None:
        raise NotFound("There is no such write-off, or you may not see it.")
    return found
