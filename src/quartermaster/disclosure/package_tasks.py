"""Wake-ups of releases that are put together."""

from quartermaster.disclosure import schedule
from quartermaster.disclosure.actions.ordering import MAKE
from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now


@task(name=MAKE)
def make() -> None:
    """Put together what somebody just asked for."""
    schedule.make_packages(now())


@periodic(cron="* * * * *")
@task(name="quartermaster.disclosure.package_tasks.make_due", queueing_lock="disclosure.make-due")
def make_due(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Put together what waits for another try, or for a worker that ended."""
    schedule.make_packages(now())
