"""Asking for the maker's word on devices: seldom, as makers give it seldom."""

from datetime import datetime, timedelta

from django.db.models import Q

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.abilities import Attests
from quartermaster.mdm.actions.commands import queue_for_many
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.states import EnrolmentState

BATCH = 200
ATTEST_EVERY = timedelta(days=7, hours=2)  # makers refuse, or repeat themselves, within 7 days


def attest_due(*, actor: Actor, at: datetime, limit: int = BATCH) -> int:
    """Ask the devices that are due for their maker's word; how many there were (G-3).

    A device that cannot give it is looked at again in its turn: its system may be newer then.
    """
    require(actor, permits.COMMAND_SEND)
    with act(actor, at):
        wanted = []
        for enrolment in _claim(at, limit):
            driver = driver_named(enrolment.driver)
            context = context_of(enrolment.device)
            if isinstance(driver, Attests) and not driver.why_not_attested(context):
                wanted.append((enrolment, [driver.attestation(context)]))
        queue_for_many(wanted=wanted, actor=actor, at=at)
    return len(wanted)


def _claim(at: datetime, limit: int) -> list[Enrolment]:
    due = Enrolment.objects.select_related("device").filter(
        Q(attest_due_at=None) | Q(attest_due_at__lte=at), state=EnrolmentState.ENROLLED
    )
    locked = due.select_for_update(skip_locked=True, of=("self",))
    claimed = list(locked.order_by("attest_due_at", "id")[:limit])
    Enrolment.objects.filter(id__in=[item.id for item in claimed]).update(
        attest_due_at=at + ATTEST_EVERY
    )
    return claimed
