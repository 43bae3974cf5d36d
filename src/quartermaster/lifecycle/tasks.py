"""Wake-ups of hand-outs."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.lifecycle import schedule
from quartermaster.lifecycle.actions import handovers, losses, returns

HOUSE = system("hand-out")


@periodic(cron="*/10 * * * *")
@task(name="quartermaster.lifecycle.tasks.handovers", queueing_lock="lifecycle.handovers")
def follow(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """What waits for a signature or for an enrolment, and what was not signed in time."""
    at = now()
    handovers.remind_holders(actor=HOUSE, at=at)
    handovers.expire_handovers(actor=HOUSE, at=at)
    handovers.remind_awaited(actor=HOUSE, at=at)


@periodic(cron="* * * * *")
@task(name="quartermaster.lifecycle.tasks.losses", queueing_lock="lifecycle.losses")
def follow_losses(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Planned erasures, lines that waited for one, and what people owe to losses."""
    losses.take_loss_steps(actor=system("losses"), at=now())


@periodic(cron="* * * * *")
@task(name="quartermaster.lifecycle.tasks.steps", queueing_lock="lifecycle.steps")
def steps(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Reminders and deadlines of requests and loans, and authorisations that end."""
    schedule.take_steps(now())


@periodic(cron="*/15 * * * *")
@task(name="quartermaster.lifecycle.tasks.returns", queueing_lock="lifecycle.returns")
def follow_returns(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Devices that should be back."""
    returns.remind_returns(actor=system("returns"), at=now())
