"""Asking for the code that lifts an activation lock while the device still tells it."""

from datetime import datetime, timedelta
from uuid import UUID

from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor
from quartermaster.mdm.acting import why_not_now
from quartermaster.mdm.actions.perform import perform
from quartermaster.mdm.models import Command, EscrowedSecret, SecretKind
from quartermaster.mdm.queries import context_of, enrolment_now
from quartermaster.mdm.verbs import VERBS

TOLD_FOR = timedelta(days=15)  # after that a device keeps it to itself
VERB = "ask-bypass-code"
KEY = "do:bypass-code"
REASON = "Kept for the day when the device is locked to an account."


def keep_bypass_code(*, device_id: UUID, actor: Actor, at: datetime) -> list[Command]:
    """Ask a supervised device that came lately for its code, once an enrolment (G-10)."""
    enrolment = enrolment_now(device_id)
    if enrolment is None or (enrolment.enrolled_at or at) < at - TOLD_FOR:
        return []
    since = enrolment.enrolled_at or at
    if EscrowedSecret.objects.filter(
        device_id=device_id, kind=SecretKind.BYPASS_CODE, kept_at__gte=since
    ).exists():
        return []
    if Command.objects.filter(enrolment=enrolment, key=KEY).exists():
        return []
    context = context_of(enrolment.device)
    if not context.supervised or why_not_now(enrolment, VERBS[VERB], context):
        return []
    try:
        return perform(
            enrolment=enrolment, verb=VERB, arguments={}, reason=REASON, actor=actor, at=at
        )
    except Conflict:  # another worker asked at this very moment, and once is enough
        return []
