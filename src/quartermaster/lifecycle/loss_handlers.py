"""What losses do when something happened below."""

from datetime import datetime

from quartermaster.inventory.events import DeviceAssigned
from quartermaster.jobs.acts import act
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.actions.losses.replacing import note_handed_out
from quartermaster.lifecycle.actions.losses.requesting import follow_request, request_replacement
from quartermaster.lifecycle.events import RequestEnded
from quartermaster.lifecycle.loss_events import ReplacementWanted
from quartermaster.lifecycle.models import Loss
from quartermaster.mdm.events import DestructionSettled

HOUSE = system("losses")


@on(DestructionSettled)
def follow_lost_device(event: DestructionSettled, at: datetime) -> None:
    """A lost device answered the order to erase, or did not."""
    for loss in Loss.objects.filter(erasure_id=event.request_id, device_id=event.device_id):
        losses.follow_erasure(loss=loss, actor=HOUSE, at=at)


@on(ReplacementWanted)
def ask_for_replacement(event: ReplacementWanted, at: datetime) -> None:
    """What stock has not is asked for like anything else."""
    request_replacement(loss_id=event.loss_id, actor=HOUSE, at=at)


@on(RequestEnded)
def replacement_fell_through(event: RequestEnded, at: datetime) -> None:
    follow_request(request_id=event.request_id, actor=HOUSE, at=at)


@on(DeviceAssigned)
def note_replacement(event: DeviceAssigned, at: datetime) -> None:
    """A device that was chosen as a replacement is handed out."""
    if event.holder_id is not None:
        with act(HOUSE, at) as doing:
            note_handed_out(event.device_id, event.holder_id, doing)
