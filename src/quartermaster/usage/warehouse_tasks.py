"""Wake-ups of the warehouse."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system

_HOUSE = system("usage warehouse")


@periodic(cron="19 * * * *")
@task(name="quartermaster.usage.warehouse_tasks.tidy", queueing_lock="usage.tidy")
def tidy(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Remove files that were replaced."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage.warehouse import tidying

    tidying.tidy(actor=_HOUSE, at=now())
