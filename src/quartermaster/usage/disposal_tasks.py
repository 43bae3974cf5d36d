"""Wake-ups of what usage keeps for a time."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.usage import summary_disposal

HOUSE = system("usage summaries")


@periodic(cron="27 * * * *")
@task(name="quartermaster.usage.disposal_tasks.keep", queueing_lock="usage.keep-cycles")
def keep(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Put the summaries of new cycles under retention."""
    summary_disposal.keep_cycles(actor=HOUSE, at=now())
