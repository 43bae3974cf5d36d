"""The holder was told, or what they were told of is settled: the device shows it, or no longer."""

from datetime import datetime
from uuid import UUID

from quartermaster.compliance.events import FindingClosed, HolderTold
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.queries import enrolment_now

HOUSE = system("notices")


@on(HolderTold)
def show(event: HolderTold, at: datetime) -> None:
    """A message on the device, where the platform can (C-1)."""
    _bring(event.device_id, at)


@on(FindingClosed)
def show_no_longer(event: FindingClosed, at: datetime) -> None:
    """Nothing is shown of what is settled (C-1)."""
    _bring(event.device_id, at)


def _bring(device_id: UUID, at: datetime) -> None:
    enrolment = enrolment_now(device_id)
    if enrolment is not None:
        actions.configure_device(enrolment=enrolment, actor=HOUSE, at=at)
