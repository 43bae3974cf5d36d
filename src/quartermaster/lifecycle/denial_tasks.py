"""The wake-up of what nobody found out yet."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import denials


@periodic(cron="*/15 * * * *")
@task(name="quartermaster.lifecycle.tasks.denials", queueing_lock="lifecycle.denials")
def follow(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Devices of which nobody knows yet where they are."""
    denials.remind_denials(actor=system("custody"), at=now())
