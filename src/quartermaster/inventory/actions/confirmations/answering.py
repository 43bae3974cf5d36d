"""Answering."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.actions.confirmations.asking import OPEN
from quartermaster.inventory.actions.confirmations.telling import tell_itmd
from quartermaster.inventory.events import HolderDenied
from quartermaster.inventory.models import Confirmation, Device
from quartermaster.inventory.permits import CONFIRMATION_ANSWER
from quartermaster.inventory.states import Answer, ConfirmationState
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require


def answer(
    *, confirmation_id: UUID, said: str, note: str = "", actor: Actor, at: datetime
) -> Confirmation:
    """Say that one has a device, or not, or that it is damaged (C-3, G-11).

    “I do not have it” is told to ITMD, and to the rooms above, which open what follows.

    Raises:
        Conflict: where it is answered already, or the device is somebody else's by now.
    """
    if said not in Answer.values:
        raise InvalidInput("Choose one of the answers.", field="said")
    with act(actor, at) as doing:
        rows = Confirmation.objects.select_related("device__department", "holder")
        row = rows.select_for_update(of=("self",)).filter(id=confirmation_id).first()
        if row is None:
            raise NotFound("There is no such question.")
        require(actor, CONFIRMATION_ANSWER, person_id=row.holder_id)
        device = row.device
        if device.holder_id != row.holder_id:
            raise Conflict(f"{device} is with somebody else by now; there is nothing to answer.")
        changed = Confirmation.objects.filter(id=row.id, state__in=OPEN).update(
            state=ConfirmationState.ANSWERED,
            answer=said,
            note=note.strip()[:500],
            answered_at=at,
            due_at=None,
        )
        if changed != 1:
            raise Conflict("This was answered already.")
        row.refresh_from_db()
        doing.record("inventory.confirmation.answered", device, answer=said)
        if said == Answer.NOT:
            doing.emit(HolderDenied(device.id, row.holder_id, row.id))
        else:
            Device.objects.filter(id=device.id).update(confirmed_at=at)
        if said != Answer.HAVE:
            tell_itmd(row, doing)
    return row
