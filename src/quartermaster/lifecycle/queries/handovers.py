"""Reads of hand-outs: what is ready for whom, what stands in the way, what was signed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from quartermaster.inventory import guards
from quartermaster.inventory.models import Accessory, Device, Line
from quartermaster.kernel.errors import HouseError, NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.lifecycle.models import AwaitedEnrolment, Handover, HandoverItem
from quartermaster.lifecycle.permits import HANDOVER_VIEW
from quartermaster.lifecycle.readiness import doubt_of
from quartermaster.lifecycle.rules.handovers import HANDED, Standing, why_not_ready
from quartermaster.mdm.driver import is_managed
from quartermaster.mdm.queries import enrolment_now
from quartermaster.org.models import Person
from quartermaster.org.models import Standing as Service
from quartermaster.policy.queries import acknowledgement_due
from quartermaster.policy.rules.versions import city_date

_ITEMS = Prefetch(
    "items",
    HandoverItem.objects.select_related("device__model", "accessory", "waived_by").order_by("id"),
)


def handovers_visible_to(actor: Actor) -> QuerySet[Handover]:
    """The hand-outs that the actor may see."""
    rows = Handover.objects.select_related(
        "holder__department", "department", "attested_by", "policy_version", "receipt"
    ).prefetch_related(_ITEMS)
    extent = reach(actor, HANDOVER_VIEW)
    if extent.everything:
        return rows
    return rows.filter(Q(holder_id__in=extent.people) | Q(department_id__in=extent.departments))


def handover_seen_by(actor: Actor, handover_id: UUID) -> Handover:
    """One hand-out, or `NotFound` where the actor may not know of it."""
    found = handovers_visible_to(actor).filter(id=handover_id).first()
    if found is None:
        raise NotFound("There is no such hand-out, or you may not see it.")
    return found


def to_sign(actor: Actor, at: datetime) -> QuerySet[Handover]:
    """What is ready for the actor's own signature."""
    rows = handovers_visible_to(actor).filter(holder_id=actor.person_id, state="prepared")
    return rows.filter(expires_at__gt=at)


def receipts_of(
    actor: Actor,
    *,
    person: Person | None = None,
    device: Device | None = None,
    accessory: Accessory | None = None,
) -> QuerySet[Handover]:
    """The signed hand-outs of a person or a thing, as far as the actor may see them."""
    rows = handovers_visible_to(actor).filter(state__in=sorted(HANDED))
    if person is not None:
        return rows.filter(holder=person)
    item = Q(items__device=device) if device is not None else Q(items__accessory=accessory)
    return rows.filter(item, items__answer="accepted")


def awaited_visible_to(actor: Actor) -> QuerySet[AwaitedEnrolment]:
    """Devices that went out before they were enrolled, and are not yet."""
    rows = AwaitedEnrolment.objects.select_related("device", "item__handover__holder").filter(
        closed_at=None
    )
    extent = reach(actor, HANDOVER_VIEW)
    if extent.everything:
        return rows
    return rows.filter(
        Q(item__handover__holder_id__in=extent.people)
        | Q(item__handover__department_id__in=extent.departments)
    )


def intended_for(device_id: UUID) -> Person | None:
    """For whom a device is being made ready."""
    rows = HandoverItem.objects.select_related("handover__holder").filter(
        device_id=device_id, live=True
    )
    item = rows.first()
    return item.handover.holder if item else None


@dataclass(frozen=True)
class Obstacle:
    """Something that stands in the way; ``item`` is None where it is about the person."""

    sentence: str
    item: HandoverItem | None = None


def obstacles(handover: Handover, at: datetime) -> list[Obstacle]:
    """Everything that stands in the way of signing, about the person first (S-2, S-3, G-10)."""
    found = [Obstacle(said) for said in person_obstacles(handover.holder, at)]
    found += [
        Obstacle(said, item)
        for item in handover.items.all()
        if (said := item_obstacle(item, handover.holder, at))
    ]
    return found


def person_obstacles(person: Person, at: datetime) -> list[str]:
    """Why nothing may be handed to this person."""
    said = []
    if person.standing != Service.ACTIVE:
        said.append(f"{person.name} has left the City's service.")
    if not person.department.covered:
        said.append(f"{person.department.name} is excluded: it has contracts of its own.")
    if acknowledgement_due(person.id, at) is not None:
        said.append(f"{person.name} has not acknowledged the policy in force.")
    return said


def item_obstacle(item: HandoverItem, holder: Person, at: datetime) -> str:
    """Why this thing cannot go out yet; empty where it can."""
    device = item.device
    if device is None:
        return ""
    enrolment = enrolment_now(device.id) if is_managed(device.platform) else None
    standing = Standing(
        managed=is_managed(device.platform),
        enrolled=enrolment is not None,
        for_holder=enrolment is not None and enrolment.person_id == holder.id,
        doubt=doubt_of(device, at) if enrolment is not None else "",
        waived_until=item.waived_until,
    )
    said = why_not_ready(standing, city_date(at, settings.TIME_ZONE))
    return said or _guarded(device, holder, at)


def _guarded(device: Device, holder: Person, at: datetime) -> str:
    """What else the register would refuse it for, such as a second cellular device (G-8)."""
    try:
        guards.ask(device, holder, at)
    except HouseError as problem:
        return problem.message
    return ""


def lines_in(device: Device) -> list[Line]:
    """The live lines whose SIM is in a device: they go with it."""
    sims = device.sims.select_related("line").filter(retired=False, line__isnull=False)
    return [sim.line for sim in sims.order_by("iccid") if sim.line and sim.line.live]


def described(item: HandoverItem) -> dict[str, Any]:
    """A thing in plain values, as it is shown, signed for and kept."""
    device, accessory = item.device, item.accessory
    if device is not None:
        model = str(device.model) if device.model else device.get_device_class_display()
        identifiers = {name: value for name, value in device.identifiers.items() if name != "udid"}
        lines = [line.number for line in lines_in(device)]
        tag = device.asset_tag
    else:
        assert accessory is not None  # a constraint says so
        model, identifiers, lines, tag = accessory.name, {}, [], accessory.asset_tag
    return {
        "id": str(item.id),
        "tag": tag,
        "what": model,
        "identifiers": identifiers,
        "lines": lines,
        "condition": item.get_condition_display(),
        "note": item.condition_note,
    }


def contents(handover: Handover) -> list[dict[str, Any]]:
    """Every thing of a hand-out, in plain values."""
    return [described(item) for item in handover.items.all()]


def digest_of(value: Mapping[str, Any] | list[dict[str, Any]]) -> str:
    """The SHA-256 of plain values in one canonical form."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def shown_digest(handover: Handover) -> str:
    """Names what the holder is shown, so that nothing else is signed."""
    return digest_of([{"number": handover.number}, *contents(handover)])
