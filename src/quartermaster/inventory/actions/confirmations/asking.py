"""Asking."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from quartermaster.inventory.actions.confirmations.telling import tell_holder
from quartermaster.inventory.models import Confirmation, Device, DeviceStatus, Ownership
from quartermaster.inventory.permits import CONFIRMATION_ASK
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.inventory.states import ConfirmationState
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor, reach, require

PACE = timedelta(days=7)
REMINDERS = 2
MOST = 2000
OPEN = (ConfirmationState.ASKED, ConfirmationState.OVERDUE)


def ask_holders(*, device_ids: Collection[UUID], actor: Actor, at: datetime) -> list[Confirmation]:
    """Ask the holders of City devices whether they have them, by mail with a link (C-3).

    Devices that nobody holds, personal ones and those of which the answer is awaited already are
    passed over.
    """
    if len(device_ids) > MOST:
        raise InvalidInput(f"Ask for at most {MOST:,} devices at a time.", field="devices")
    extent = reach(actor, CONFIRMATION_ASK)
    with act(actor, at) as doing:
        rows = (
            devices_visible_to(actor)
            .filter(
                id__in=device_ids,
                status=DeviceStatus.ASSIGNED,
                ownership=Ownership.CITY,
                holder__isnull=False,
            )
            .exclude(confirmations__state__in=OPEN)
        )
        devices: list[Device] = list(rows.select_for_update(of=("self",)).order_by("id"))
        if not devices:
            require(actor, CONFIRMATION_ASK, department_id=next(iter(extent.departments), None))
        made = []
        for device, holder in ((one, one.holder) for one in devices if one.holder):
            require(actor, CONFIRMATION_ASK, department_id=device.department_id)
            row = Confirmation.objects.create(
                device=device,
                holder=holder,
                asked_at=at,
                asked_by=actor.label,
                due_at=at + PACE,
            )
            doing.record("inventory.confirmation.asked", device, holder=str(holder.id))
            tell_holder(row, doing)
            made.append(row)
    return made
