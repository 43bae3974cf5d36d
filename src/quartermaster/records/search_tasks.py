"""Wake-ups of searching."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.records import texts
from quartermaster.records.actions import searches
from quartermaster.records.search import alike

HOUSE = system("saved searches")


@periodic(cron="* * * * *")
@task(name="quartermaster.records.search_tasks.gather", queueing_lock="records.gather")
def gather(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Gather what records are found by, where text was read since, and compare them."""
    texts.refresh_stale(now())
    alike.compare_next()


@periodic(cron="7-59/10 * * * *")
@task(name="quartermaster.records.search_tasks.tell", queueing_lock="records.tell")
def tell(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Tell who wants to know of what is new in the searches that they keep."""
    searches.tell_of_new(actor=HOUSE, at=now())
