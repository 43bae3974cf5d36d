"""Wake-ups of the reading of texts."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.records import schedule


@periodic(cron="* * * * *")
@task(name="quartermaster.records.tasks.texts", queueing_lock="records.texts")
def texts(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Read the text of files that were saved."""
    schedule.read_texts(now())
