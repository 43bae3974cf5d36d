"""Wake-ups of the room disclosure."""

from quartermaster.disclosure import schedule
from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now


@periodic(cron="7-59/10 * * * *")
@task(name="quartermaster.disclosure.tasks.steps", queueing_lock="disclosure.steps")
def steps(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Deadlines and reminders whose time has come."""
    schedule.take_steps(now())
