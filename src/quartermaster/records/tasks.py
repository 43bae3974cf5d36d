"""Wake-ups of the room records."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.records import schedule


@periodic(cron="*/10 * * * *")
@task(name="quartermaster.records.tasks.steps", queueing_lock="records.steps")
def steps(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Reminders and notices whose time has come."""
    schedule.take_steps(now())
