"""Wake-ups of the inbox and of the folder."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.records import schedule


@periodic(cron="2-59/5 * * * *")
@task(name="quartermaster.records.inbox_tasks.fetch", queueing_lock="records.fetch")
def fetch(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Empty the mailbox."""
    schedule.fetch_mail(now())


@periodic(cron="* * * * *")
@task(name="quartermaster.records.inbox_tasks.look", queueing_lock="records.folder")
def look(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Look into the folder of scans."""
    schedule.look_into_folder(now())
