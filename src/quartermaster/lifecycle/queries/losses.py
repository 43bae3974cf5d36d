"""Reads of losses: who sees which, what may be reported, what could replace a device."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from quartermaster.inventory.models import Device, DeviceStatus, Ownership
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, Permit, reach
from quartermaster.lifecycle import loss_permits as permits
from quartermaster.lifecycle.models import (
    HandoverItem,
    Loss,
    LossStatement,
    LossStep,
    PoolHotspot,
    Replacement,
    ReplacementState,
    Reservation,
)
from quartermaster.lifecycle.rules.losses import (
    LIVE_LOSSES,
    OWNERS,
    Owner,
    StepKind,
    StepState,
)
from quartermaster.lifecycle.rules.replacements import Candidate, Offer, needs_of, ranked
from quartermaster.mdm.acting import locations_visible_to
from quartermaster.mdm.models import Location

MOST_OFFERS = 500


def _reached(actor: Actor, asked: Permit, person: str, department: str) -> Q:
    extent = reach(actor, asked)
    if extent.everything:
        return Q()
    return Q(**{f"{person}__in": extent.people}) | Q(**{f"{department}__in": extent.departments})


def losses_visible_to(actor: Actor) -> QuerySet[Loss]:
    """The cases that the actor may see."""
    rows = Loss.objects.select_related(
        "device__model", "held_by", "department", "reported_by", "erasure", "decided_by"
    )
    return rows.filter(_reached(actor, permits.LOSS_VIEW, "held_by_id", "department_id"))


def loss_seen_by(actor: Actor, loss_id: UUID) -> Loss:
    """One case, or `NotFound` where the actor may not know of it."""
    found = losses_visible_to(actor).filter(pk=loss_id).first()
    if found is None:
        raise NotFound("There is no such case, or you may not see it.")
    return found


def devices_to_report(actor: Actor) -> QuerySet[Device]:
    """The devices that the actor may report, and that are not reported yet."""
    live = Loss.objects.filter(device_id=OuterRef("id"), state__in=sorted(LIVE_LOSSES))
    rows = Device.objects.select_related("model", "holder", "department").filter(
        ~Exists(live), status__in=[DeviceStatus.ASSIGNED, DeviceStatus.IN_STOCK]
    )
    return rows.filter(_reached(actor, permits.LOSS_REPORT, "holder_id", "department_id"))


def hears(actor: Actor, loss: Loss) -> bool:
    """Whether the actor may read what the employee says, and what was decided of them."""
    return reach(actor, permits.LOSS_HEARD).covers(person_id=loss.held_by_id)


def statements_visible_to(actor: Actor, loss: Loss) -> QuerySet[LossStatement]:
    rows = LossStatement.objects.filter(loss=loss).select_related("author")
    return rows if hears(actor, loss) else rows.none()


def steps_of(loss: Loss) -> QuerySet[LossStep]:
    return LossStep.objects.filter(loss=loss).select_related("line")


def steps_waiting_for(actor: Actor) -> QuerySet[LossStep]:
    """The open steps that are the actor's: ITMD's, or one's own."""
    rows = LossStep.objects.filter(state=StepState.OPEN).select_related("loss__device", "line")
    employee = [kind for kind, owner in OWNERS.items() if owner is Owner.EMPLOYEE]
    own = Q(kind__in=employee, loss__held_by_id=actor.person_id)
    if actor.person_id is None or reach(actor, permits.LOSS_HANDLE).nothing:
        return rows.filter(own)
    theirs = {actor.person_id, *(one.person_id for one in actor.absent)}
    asked = ~Q(kind__in=employee) & ~Q(loss__held_by_id__in=theirs)
    if reach(actor, permits.LOSS_DECIDE).nothing:
        asked &= ~Q(kind=StepKind.DECIDE)
    return rows.filter(own | asked)


def replacements_to_hand_out(actor: Actor) -> QuerySet[Replacement]:
    """What was chosen in place of a lost device and is not with its employee yet (G-11)."""
    rows = Replacement.objects.select_related("loss__device", "loss__held_by", "device")
    if not reach(actor, permits.LOSS_HANDLE).everything:
        return rows.none()
    return rows.filter(state=ReplacementState.CHOSEN).order_by("decided_at", "id")


def replacement_kept(device: Device) -> Replacement | None:
    """In place of what a device in stock is kept; None where it is not."""
    rows = Replacement.objects.select_related("loss__held_by")
    return rows.filter(device=device, state=ReplacementState.CHOSEN).first()


def locations_of(actor: Actor, loss: Loss) -> QuerySet[Location]:
    """Where the device was since it was reported; reading the row tells nothing."""
    rows = locations_visible_to(actor).filter(
        command__enrolment__device_id=loss.device_id, received_at__gte=loss.reported_at
    )
    return rows.order_by("-received_at")


def candidates_for(loss: Loss, needs: Sequence[str]) -> list[Candidate]:
    """The devices in stock that may take a lost one's place, the best first (G-11).

    Free, the City's, sanitised or new, in a department that the policy covers, reserved for nobody.
    """
    lost = loss.device
    reserved = Replacement.objects.filter(
        device_id=OuterRef("id"), state=ReplacementState.CHOSEN
    ).exclude(loss=loss)
    kept = Reservation.objects.filter(device_id=OuterRef("id"), ended_at=None)
    ready = HandoverItem.objects.filter(device_id=OuterRef("id"), live=True)
    pooled = PoolHotspot.objects.filter(device_id=OuterRef("id"), removed_at=None)
    rows = Device.objects.filter(
        ~Exists(reserved),
        ~Exists(kept),
        ~Exists(ready),
        ~Exists(pooled),
        status=DeviceStatus.IN_STOCK,
        ownership=Ownership.CITY,
        needs_sanitising=False,
        device_class=lost.device_class,
    ).select_related("model")
    offers = [
        Offer(
            device.id,
            device.asset_tag,
            device.device_class,
            device.platform,
            frozenset(device.model.capabilities if device.model else ()),
            device.department_id == loss.department_id,
        )
        for device in rows[:MOST_OFFERS]
    ]
    return ranked(needs_of(lost.device_class, lost.platform, needs), offers)


def needs_suggested(loss: Loss) -> list[str]:
    """What the lost device could do: the needs, until somebody says which of it the work takes."""
    known = Replacement.objects.filter(loss=loss).first()
    if known is not None and known.needs:
        return list(known.needs)
    return list(loss.device.model.capabilities) if loss.device.model else []
