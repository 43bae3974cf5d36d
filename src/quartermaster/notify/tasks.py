"""Wake-ups of the post."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.notify import actions, delivery


@task(name=actions.DELIVER)
def deliver() -> None:
    delivery.deliver_due(now())


@periodic(cron="* * * * *")
@task(name="quartermaster.notify.tasks.sweep", queueing_lock="notify.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Deliver what was postponed, and what a lost wake-up left behind."""
    delivery.deliver_due(now())
