"""Wake-ups of the outbox."""

from quartermaster.jobs import outbox
from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now


@task(name=outbox.DELIVER)
def deliver() -> None:
    outbox.deliver_due(now())


@periodic(cron="*/10 * * * * *")
@task(name="quartermaster.jobs.tasks.sweep", queueing_lock="jobs.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Deliver what a lost wake-up left behind."""
    outbox.deliver_due(now())
