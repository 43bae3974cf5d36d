"""What is due by the clock."""

from datetime import datetime

from django.db.models import Max, Q

from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, destruction, settling
from quartermaster.mdm.actions.commands import POSTURE_EVERY
from quartermaster.mdm.actions.invite import expire_invitations
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.states import OPEN_COMMANDS, EnrolmentState

HOUSE = system("schedule")
BATCH = 500


def settle(at: datetime) -> int:
    """What follows by the clock: retries, rotations, used PINs, locations whose time is over."""
    return (
        actions.retry_due_commands(actor=HOUSE, at=at)
        + actions.rotate_due_secrets(actor=HOUSE, at=at)
        + actions.retire_used_pins(actor=HOUSE, at=at)
        + actions.delete_locations(actor=HOUSE, at=at)
    )


def expire(at: datetime) -> int:
    """Let invitations and commands that nobody took expire; how many there were."""
    return (
        expire_invitations(actor=HOUSE, at=at)
        + actions.expire_commands(actor=HOUSE, at=at)
        + actions.expire_renewals(actor=HOUSE, at=at)
        + actions.expire_orders(at=at)
    )


def renew(at: datetime) -> int:
    """Have devices renew the certificates that are due, some at a time."""
    return actions.renew_due(actor=HOUSE, at=at)


def attest(at: datetime) -> int:
    """Ask for the makers' word on the devices that are due for it, some at a time."""
    return actions.attest_due(actor=HOUSE, at=at)


def refresh_old(at: datetime) -> int:
    """Queue a fresh inventory for devices whose last one is old and that have nothing waiting."""
    stale = (
        Enrolment.objects.filter(state=EnrolmentState.ENROLLED)
        .exclude(commands__state__in=sorted(OPEN_COMMANDS))
        .annotate(asked=Max("commands__queued_at"))
        .filter(Q(asked=None) | Q(asked__lt=at - POSTURE_EVERY))
        .select_related("device")
        .order_by("asked")[:BATCH]
    )
    for enrolment in stale:
        actions.refresh_posture(enrolment=enrolment, actor=HOUSE, at=at)
    return len(stale)


def look_at_requests(at: datetime) -> int:
    """Let destructive requests go on: expire, release, settle, remind; how many were touched."""
    return (
        destruction.expire_requests(at)
        + destruction.release_due(at)
        + settling.settle(at)
        + settling.look_after(at)
    )
