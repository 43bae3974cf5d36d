"""Access changed: what the City put on the device goes from it, or comes back."""

from datetime import datetime

from quartermaster.compliance.events import AccessChanged
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.queries import enrolment_now

HOUSE = system("access")


@on(AccessChanged)
def bring_to_it(event: AccessChanged, at: datetime) -> None:
    """Whichever way it changed, the device is brought to what it is to have now (G-10)."""
    enrolment = enrolment_now(event.device_id)
    if enrolment is not None:
        actions.configure_device(enrolment=enrolment, actor=HOUSE, at=at)
