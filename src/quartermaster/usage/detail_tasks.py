"""Wake-ups of requests for usage detail."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system


@periodic(cron="*/5 * * * *")
@task(name="quartermaster.usage.detail_tasks.follow", queueing_lock="usage.detail-requests")
def follow(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """What is over, and who is to be told."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage.actions.detail_requests import take_detail_steps

    take_detail_steps(actor=system("usage detail"), at=now())
