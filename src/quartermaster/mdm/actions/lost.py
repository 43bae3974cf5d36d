"""Lost devices: where they said they were, who looked, and telling their holders (ADR 10)."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Least

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel import vault
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.models import Command, Enrolment, Location
from quartermaster.mdm.poll import Located, uuid_of
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.states import LOCATE, OPEN_COMMANDS
from quartermaster.notify.actions import send


def _place(location_id: UUID) -> str:
    return f"mdm.location/{location_id}"


def _days() -> timedelta:
    return timedelta(days=settings.LOCATION_DAYS)


def keep_location(
    *, enrolment: Enrolment, command_uuid: str, located: Located, actor: Actor, at: datetime
) -> Location | None:
    """Keep where a lost device says it is, sealed, and tell its holder (G-10, G-11).

    Only the answer to a question that was asked, of a device in lost mode; anything else is
    thrown away unread.
    """
    device = enrolment.device
    command = _question(enrolment, command_uuid)
    with act(actor, at) as doing:
        if command is None or not context_of(device).lost:
            doing.record("mdm.location.dropped", enrolment, device=device.asset_tag)
            return None
        key = new_id()
        location, fresh = Location.objects.get_or_create(
            command=command,
            defaults={
                "id": key,
                "sealed": vault.seal(_packed(located), place=_place(key)),
                "accuracy": located.accuracy,
                "measured_at": located.measured_at,
                "received_at": at,
                "delete_at": at + _days(),
            },
        )
        if fresh:
            doing.record("mdm.device.located", location, device=device.asset_tag)
            _tell(command, "mdm/notices/located", f"located:{command.id}", actor, at, location)
    return location


def _question(enrolment: Enrolment, command_uuid: str) -> Command | None:
    """The open command that asked where the device is, if there is one with this id."""
    wanted = uuid_of(command_uuid)
    if wanted is None:
        return None
    return Command.objects.filter(
        id=wanted, enrolment=enrolment, key=LOCATE, state__in=OPEN_COMMANDS
    ).first()


def _packed(located: Located) -> bytes:
    values: dict[str, Any] = asdict(located)
    values["measured_at"] = located.measured_at.isoformat() if located.measured_at else None
    return json.dumps(values).encode()


def view_location(*, location: Location, actor: Actor, at: datetime) -> Located:
    """Show where a lost device was, to whoever may find it; each look is in the ledger (G-11)."""
    device = location.command.enrolment.device
    require(
        actor,
        permits.DEVICE_LOCATE,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    with act(actor, at) as doing:
        doing.record("mdm.location.viewed", location, device=device.asset_tag)
        values = json.loads(vault.unseal(bytes(location.sealed), place=_place(location.id)))
    measured = values.pop("measured_at")
    return Located(**values, measured_at=datetime.fromisoformat(measured) if measured else None)


def delete_locations(*, actor: Actor, at: datetime) -> int:
    """Delete the locations whose time is over; how many there were (G-10)."""
    require(actor, permits.DEVICE_LOCATE)
    with act(actor, at) as doing:
        count, _ = Location.objects.filter(delete_at__lte=at).delete()
        if count:
            doing.record_about("mdm.locations.deleted", "mdm.location", "", count=count)
    return count


def lost_mode_changed(command: Command, *, on: bool, doing: Act) -> None:
    """The device confirmed that lost mode began or ended: its holder is told."""
    device = command.enrolment.device
    verb = "began" if on else "ended"
    if not on:
        Location.objects.filter(command__enrolment__device=device).update(
            delete_at=Least("delete_at", doing.at + _days())
        )
    doing.record(f"mdm.lost-mode.{verb}", device, device=device.asset_tag, reason=command.reason)
    template = "mdm/notices/lost-mode-on" if on else "mdm/notices/lost-mode-off"
    _tell(command, template, f"lost-mode:{command.id}", doing.actor, doing.at, None)


def _tell(
    command: Command,
    template: str,
    key: str,
    actor: Actor,
    at: datetime,
    location: Location | None,
) -> None:
    device = command.enrolment.device
    holder = device.holder
    if holder is None or not holder.email:
        return
    send(
        template=template,
        to=holder.email,
        name=holder.name,
        context={
            "device": device.asset_tag,
            "by": command.queued_by,
            "reason": command.reason,
            "asked_at": command.queued_at,
            "days": settings.LOCATION_DAYS,
            "location": location,
        },
        key=f"mdm.{key}",
        actor=actor,
        at=at,
        about=device,
    )
