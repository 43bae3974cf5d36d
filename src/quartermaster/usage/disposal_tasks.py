"""Wake-ups of what usage keeps for a time."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.usage.disposal.keeping import keep_new

HOUSE = system("usage under retention")


@periodic(cron="27 * * * *")
@task(name="quartermaster.usage.disposal_tasks.keep", queueing_lock="usage.keep-cycles")
def keep(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Put what is new under the retention schedule."""
    keep_new(actor=HOUSE, at=now())
