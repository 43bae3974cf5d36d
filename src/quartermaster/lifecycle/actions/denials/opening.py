"""Opening the question where a device is."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.models import Confirmation
from quartermaster.inventory.queries import device_for_update
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.denials.telling import tell_owners
from quartermaster.lifecycle.denial_permits import DENIAL_KEEP
from quartermaster.lifecycle.models import Denial, Loss
from quartermaster.lifecycle.rules.denials import DUE


def open_denial(*, confirmation_id: UUID, actor: Actor, at: datetime) -> Denial | None:
    """Have the coordinator find out where a device is that its holder denies (C-3, G-11).

    None where it is somebody else's by now, is reported already, or is asked already.
    """
    with act(actor, at) as doing:
        require(actor, DENIAL_KEEP)
        asked = Confirmation.objects.select_related("holder").get(id=confirmation_id)
        device = device_for_update(asked.device_id)
        if device.holder_id != asked.holder_id:
            return None
        if Loss.objects.filter(device=device, closed_at=None).exists():
            return None
        made, fresh = Denial.objects.get_or_create(
            device=device,
            state="open",
            defaults={
                "holder": asked.holder,
                "department": device.department,
                "confirmation": asked,
                "opened_at": at,
                "due_at": at + DUE,
                "remind_at": at + DUE,
            },
        )
        if not fresh:
            return None
        doing.record("lifecycle.denial.opened", made, device=device.asset_tag)
        tell_owners(made, doing)
    return made
