"""Wake-ups of searching."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.records import texts


@periodic(cron="* * * * *")
@task(name="quartermaster.records.search_tasks.gather", queueing_lock="records.gather")
def gather(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Gather what records are found by, where text was read since."""
    texts.refresh_stale(now())
