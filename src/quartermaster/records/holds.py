"""Reads of legal holds: who may know of which, whom a scope reaches, what holds a thing."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, reach
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import departments_below
from quartermaster.records.models import HeldDevice, Hold, HoldKeeper, Record
from quartermaster.records.permits import HOLD_KNOW, HOLD_VIEW, NOTICE_ACKNOWLEDGE
from quartermaster.records.rules.holds import KEEP, LIVE_KEEPERS

LIVE = sorted(LIVE_KEEPERS)
RECORD_KEEP_SAID = "It is under a legal hold."


def holds_visible_to(actor: Actor) -> QuerySet[Hold]:
    """The holds whose matter the actor may read."""
    rows = Hold.objects.select_related("opened_by", "released_by").prefetch_related("versions")
    return rows if reach(actor, HOLD_VIEW).everything else rows.none()


def keepers_visible_to(actor: Actor) -> QuerySet[HoldKeeper]:
    """The people who must keep something, for whoever may read the matter."""
    rows = HoldKeeper.objects.select_related(
        "hold", "terms", "person__department", "person__supervisor", "released_by"
    )
    return rows if reach(actor, HOLD_VIEW).everything else rows.none()


def notices_to(actor: Actor) -> QuerySet[HoldKeeper]:
    """The notices to the actor themselves, those that wait for an answer first (G-2)."""
    own = reach(actor, NOTICE_ACKNOWLEDGE).people
    rows = HoldKeeper.objects.select_related("hold", "terms", "person")
    return rows.filter(person_id__in=own).order_by("-state", "-asked_at")


def hold_for_update(hold_id: UUID) -> Hold:
    """One hold, locked until the transaction ends."""
    found = Hold.objects.select_for_update().filter(id=hold_id).first()
    if found is None:
        raise NotFound("There is no such hold.")
    return found


def live_keepers() -> QuerySet[HoldKeeper]:
    return HoldKeeper.objects.filter(state__in=LIVE)


def people_in_scope(people: Collection[UUID], departments: Collection[UUID]) -> QuerySet[Person]:
    """Whom a scope reaches: the people named, and holders of devices, City or personal (G-2).

    A holder is reached who works in a department named, or whose device belongs to one.
    """
    below = departments_below(set(departments))
    held = Device.objects.filter(holder__isnull=False)
    holders = held.filter(Q(department__in=below) | Q(holder__department__in=below))
    reached = Q(id__in=list(people)) | Q(
        id__in=holders.values("holder_id"), standing=Standing.ACTIVE
    )
    return Person.objects.filter(reached).select_related("department").order_by("number")


def keys_on_device(device: Device) -> frozenset[str]:
    """The holds on a device: through who has it, and through who had it while under one."""
    kept = HeldDevice.objects.filter(device=device).values("keeper_id")
    on = Q(id__in=kept) | Q(person_id=device.holder_id) if device.holder_id else Q(id__in=kept)
    rows = live_keepers().filter(on)
    return frozenset(f"records.hold/{key}" for key in rows.values_list("hold_id", flat=True))


def check_device(device: Device, at: datetime) -> dict[str, str]:  # noqa: ARG001 (a check of holds)
    """What the rooms that destroy or dispose are told: that it must stay, and whom to ask (C-2)."""
    return dict.fromkeys(keys_on_device(device), KEEP)


def check_person(person: Person, at: datetime) -> str:  # noqa: ARG001 (a check of holds)
    """What is told to who would close a person's log-in."""
    held = live_keepers().filter(person=person).exists()
    return KEEP if held else ""


def require_not_held(person_id: UUID | None) -> None:
    """Refuse to destroy what somebody sent who is under a hold (G-2).

    Asked under `locks.keep_holds_still`, so that none begins before it is gone.
    """
    if person_id is not None and live_keepers().filter(person=person_id).exists():
        raise Conflict("Its sender is under a legal hold: it stays until that is released.")


def held_records(record_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:  # noqa: ARG001
    """Which records must stay: their author is under a hold, or the device they were on is (G-2).

    A check of `keeping`. The span of a hold does not let anything go: whoever is under one keeps
    all they have.
    """
    live = live_keepers()
    devices = HeldDevice.objects.filter(keeper__in=live.values("id")).values("device_id")
    rows = Record.objects.filter(id__in=record_ids).filter(
        Q(author__in=live.values("person_id")) | Q(device__in=devices)
    )
    return dict.fromkeys(rows.values_list("id", flat=True), RECORD_KEEP_SAID)


def is_held(actor: Actor, *, device: Device | None = None, person: Person | None = None) -> bool:
    """Whether the actor may know that a thing or a person is under a hold, and it is."""
    if not reach(actor, HOLD_KNOW).everything:
        return False
    if device is not None:
        return bool(keys_on_device(device))
    return person is not None and live_keepers().filter(person=person).exists()


def devices_of(keepers: Iterable[HoldKeeper]) -> dict[UUID, list[Device]]:
    """The devices that are held through each of these people."""
    found: dict[UUID, list[Device]] = {}
    rows = HeldDevice.objects.filter(keeper__in=[item.id for item in keepers])
    for row in rows.select_related("device__model", "device__holder").order_by("device__asset_tag"):
        found.setdefault(row.keeper_id, []).append(row.device)
    return found
