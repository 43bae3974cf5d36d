"""Wake-ups of reports."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.reports import counting, house_counts, month, monthly, snapshot

HOUSE = system("reports")


@periodic(cron="*/10 * * * *")
@task(name="quartermaster.reports.tasks.counts", queueing_lock="reports.counts")
def counts(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Today's counts, every ten minutes; pages show them, and the last of a day are that day's."""
    at = now()
    snapshot.take_snapshot(at)
    counting.count_fleet(at)
    house_counts.count_house(at)


@periodic(cron="47 * * * *")
@task(name="quartermaster.reports.tasks.months", queueing_lock="reports.months")
def months(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """The figures of a month that ended, once; each hour, so that none is missed."""
    month.take_months(actor=HOUSE, at=now())


@periodic(cron="17 14 * * *")
@task(name="quartermaster.reports.tasks.monthly", queueing_lock="reports.monthly")
def each_month(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """The report of the month to each coordinator, in its first days, once."""
    monthly.send_monthly(actor=HOUSE, at=now())
