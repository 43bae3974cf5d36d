"""Wake-ups of the room mdm."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.mdm import automated, schedule, waking
from quartermaster.mdm.actions import software
from quartermaster.mdm.actions.automated import READ_LISTS
from quartermaster.mdm.actions.licences import SYNCHRONISE
from quartermaster.mdm.actions.waking import WAKE
from quartermaster.mdm.actions.warnings import warn_of_expiry
from quartermaster.mdm.licences import sync


@periodic(cron="*/10 * * * *")
@task(name="quartermaster.mdm.tasks.expire", queueing_lock="mdm.expire")
def expire(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Let old invitations and commands expire."""
    schedule.expire(now())


@periodic(cron="* * * * *")
@task(name="quartermaster.mdm.tasks.deliver_software", queueing_lock="mdm.software")
def deliver_software(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Take the next step for applications on their way."""
    software.settle_due(now())


@periodic(cron="* * * * *")
@task(name=SYNCHRONISE, queueing_lock="mdm.licences")
def keep_licences(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Keep licences in step with what devices need."""
    sync.work(now())


@periodic(cron="*/15 * * * *")
@task(name="quartermaster.mdm.tasks.refresh", queueing_lock="mdm.refresh")
def refresh(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Ask devices anew whose posture grows old."""
    schedule.refresh_old(now())


@periodic(cron="*/15 * * * *")
@task(name="quartermaster.mdm.tasks.renew", queueing_lock="mdm.renew")
def renew(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Have devices renew certificates that run out."""
    schedule.renew(now())


@periodic(cron="*/5 * * * *")
@task(name=READ_LISTS, queueing_lock="mdm.read-lists")
def read_lists(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Read the makers' lists of what the City bought, and assign the profile."""
    automated.work_lists(now())


@periodic(cron="* * * * *")
@task(name="quartermaster.mdm.tasks.destroy", queueing_lock="mdm.destroy")
def destroy(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Release what two people agreed to and has waited, and look after what was sent."""
    schedule.look_at_requests(now())


@task(name=WAKE)
def wake() -> None:
    """Wake devices for which there is something new."""
    waking.wake_due(now())


@periodic(cron="* * * * * */10")  # the seconds stand last
@task(name="quartermaster.mdm.tasks.wake_overdue", queueing_lock="mdm.wake")
def wake_overdue(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Wake again whoever did not come, and whom a lost wake-up left behind."""
    waking.wake_due(now())


@periodic(cron="25 * * * *")
@task(name="quartermaster.mdm.tasks.warn_of_expiry", queueing_lock="mdm.warn_of_expiry")
def tell_of_expiry(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Tell ITMD of credentials that run out; each step once, however often this looks."""
    warn_of_expiry(actor=schedule.HOUSE, at=now())


@periodic(cron="*/5 * * * *")
@task(name="quartermaster.mdm.tasks.settle", queueing_lock="mdm.settle")
def settle(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Try again, replace what was shown, delete what is old."""
    schedule.settle(now())


@periodic(cron="5-59/15 * * * *")
@task(name="quartermaster.mdm.tasks.attest", queueing_lock="mdm.attest")
def attest(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Ask for the makers' word on devices."""
    schedule.attest(now())
