"""Wake-ups of reports."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.reports import month, monthly, snapshot

HOUSE = system("reports")


@periodic(cron="47 * * * *")
@task(name="quartermaster.reports.tasks.counts", queueing_lock="reports.counts")
def counts(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Today's counts, each hour: the last of a day are that day's. Once, those of the month."""
    at = now()
    snapshot.take_snapshot(at)
    month.take_months(actor=HOUSE, at=at)


@periodic(cron="17 14 * * *")
@task(name="quartermaster.reports.tasks.monthly", queueing_lock="reports.monthly")
def each_month(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """The report of the month to each coordinator, in its first days, once."""
    monthly.send_monthly(actor=HOUSE, at=now())
