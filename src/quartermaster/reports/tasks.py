"""Wake-ups of reports."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.reports import snapshot


@periodic(cron="47 * * * *")
@task(name="quartermaster.reports.tasks.counts", queueing_lock="reports.counts")
def counts(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Today's counts, once an hour: the last ones of a day are that day's."""
    snapshot.take_snapshot(now())
