"""Making things ready for a person: they stay in stock, and are kept for nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from quartermaster.inventory import guards
from quartermaster.inventory.actions.devices import require_sanitised
from quartermaster.inventory.models import Accessory, Device, DeviceStatus
from quartermaster.inventory.queries import accessories_visible_to, device_named
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.handovers.common import (
    address,
    not_for_oneself,
    tell,
    the_item,
)
from quartermaster.lifecycle.errors import DepartmentExcluded, KeptForAnother
from quartermaster.lifecycle.models import Handover, HandoverItem, Reservation
from quartermaster.lifecycle.permits import HANDOVER_PREPARE
from quartermaster.lifecycle.rules.handovers import LONGEST_REASON, MOST_ITEMS, Condition
from quartermaster.org.models import Person
from quartermaster.org.models import Standing as Service
from quartermaster.policy.queries import acknowledgement_due


@dataclass(frozen=True)
class Given:
    """One thing to hand out, a device or an accessory, and the condition it is in."""

    device_id: UUID | None = None
    accessory_id: UUID | None = None
    condition: Condition = Condition.GOOD
    note: str = ""


def things_named(text: str, actor: Actor) -> list[Given]:
    """Things by tag, serial number or IMEI, one a line; what comes after “;” is its condition.

    Raises:
        InvalidInput: a line that names nothing, or too many.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_ITEMS:
        raise InvalidInput(f"At most {MOST_ITEMS} things at once.", field="things")
    found = []
    for line in lines:
        name, _, note = line.partition(";")
        device = device_named(actor, name)
        accessories = accessories_visible_to(actor).filter(asset_tag__iexact=name.strip())
        accessory = None if device else accessories.first()
        if device is None and accessory is None:
            raise InvalidInput(f"Nothing goes by “{name.strip()[:60]}”.", field="things")
        found.append(
            Given(
                device_id=device.id if device else None,
                accessory_id=accessory.id if accessory else None,
                note=note.strip(),
            )
        )
    return found


def prepare_handover(
    *,
    holder_id: UUID,
    things: Sequence[Given],
    note: str = "",
    actor: Actor,
    at: datetime,
) -> Handover:
    """Make things ready for a person, who signs for them next (S-2, S-3, G-6, G-7).

    Raises:
        DepartmentExcluded: the person's department has contracts of its own.
        KeptForAnother: a thing is being made ready already.
        Conflict: a thing is not in stock, or the person has left.
    """
    with act(actor, at) as doing:
        require(actor, HANDOVER_PREPARE)
        not_for_oneself(actor, holder_id)
        holder = _receiver(holder_id)
        made = Handover.objects.create(
            number=_number(),
            holder=holder,
            department=holder.department,
            note=_bounded(note, "note"),
            prepared_at=at,
            prepared_by=actor.label,
            expires_at=at + timedelta(days=settings.HANDOVER_DAYS),
            remind_at=at + timedelta(days=settings.HANDOVER_DAYS) / 2,
        )
        for given in _in_order(things):
            _keep(made, given)
        _tell_prepared(made, doing)
    return made


def describe_item(
    *, item_id: UUID, condition: Condition, note: str, actor: Actor, at: datetime
) -> HandoverItem:
    """Say in which condition a thing goes out (G-11)."""
    with act(actor, at) as doing:
        require(actor, HANDOVER_PREPARE)
        item = the_item(item_id)
        item.condition, item.condition_note = condition.value, _bounded(note, "note")
        item.save(update_fields=["condition", "condition_note"])
        doing.record(
            "lifecycle.handover.described",
            item.handover,
            thing=str(item),
            condition=item.condition,
            note=item.condition_note,
        )
    return item


def _receiver(holder_id: UUID) -> Person:
    people = Person.objects.select_for_update(of=("self",)).select_related("department")
    person = people.filter(id=holder_id).first()
    if person is None:
        raise NotFound("There is no such person.")
    if person.standing != Service.ACTIVE:
        raise Conflict(f"{person.name} has left the City's service; nothing is handed to them.")
    if not person.department.covered:
        raise DepartmentExcluded(
            f"{person.department.name} is excluded: it buys and hands out under its own contracts."
        )
    return person


def _in_order(things: Sequence[Given]) -> list[Given]:
    """Each thing once; in one order, so that two who lock the same ones do not block each other."""
    if not things:
        raise InvalidInput("Name at least one thing.", field="things")
    if len(things) > MOST_ITEMS:
        raise InvalidInput(f"At most {MOST_ITEMS} things at once.", field="things")
    keys = [str(given.device_id or given.accessory_id) for given in things]
    if len(set(keys)) != len(keys):
        raise InvalidInput("A thing is named twice.", field="things")
    return sorted(things, key=lambda given: str(given.device_id or given.accessory_id))


def _keep(handover: Handover, given: Given) -> None:
    thing = _device(given.device_id) if given.device_id else _accessory(given.accessory_id)
    field = "device" if isinstance(thing, Device) else "accessory"
    kept = Reservation.objects.filter(**{field: thing}, ended_at=None).exclude(
        item__request__person=handover.holder
    )
    if kept.exists():
        raise KeptForAnother(f"{thing} is kept for another person's request.", field="things")
    if isinstance(thing, Device):
        guards.ask(thing, handover.holder, handover.prepared_at)
    try:
        with transaction.atomic():
            HandoverItem.objects.create(
                handover=handover,
                condition=given.condition.value,
                condition_note=_bounded(given.note, "things"),
                **{field: thing},
            )
    except IntegrityError as problem:
        raise KeptForAnother(
            f"{thing} is being made ready for somebody already.", field="things"
        ) from problem


def _device(device_id: UUID) -> Device:
    rows = Device.objects.select_for_update(of=("self",)).select_related("holder")
    device = rows.filter(id=device_id).first()
    if device is None:
        raise NotFound("There is no such device.")
    if device.personal:
        raise Conflict(f"{device} is a personal device; nobody hands it out.", field="things")
    if device.status != DeviceStatus.IN_STOCK:
        where = device.get_status_display().lower()
        raise Conflict(f"{device} is not in stock, but {where}.", field="things")
    require_sanitised(device)
    return device


def _accessory(accessory_id: UUID | None) -> Accessory:
    rows = Accessory.objects.select_for_update(of=("self",))
    accessory = rows.filter(id=accessory_id).first() if accessory_id else None
    if accessory is None:
        raise NotFound("There is no such accessory.")
    if accessory.retired or accessory.holder_id is not None:
        raise Conflict(f"{accessory} is not in stock.", field="things")
    return accessory


def _number() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('lifecycle_handover_number')")
        return f"H-{cursor.fetchone()[0]:06}"


def _bounded(text: str, field: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > LONGEST_REASON:
        raise InvalidInput(f"At most {LONGEST_REASON} characters.", field=field)
    return plain


def _tell_prepared(handover: Handover, doing: Act) -> None:
    doing.record(
        "lifecycle.handover.prepared",
        handover,
        number=handover.number,
        holder=str(handover.holder_id),
        things=[str(item) for item in handover.items.order_by("id")],
    )
    tell(
        handover,
        "ready",
        doing,
        link=address(handover, sign=True),
        unread=acknowledgement_due(handover.holder_id, doing.at) is not None,
        policy=f"{settings.WEB_URL}/policy/acknowledge/",
    )
