"""Wake-ups of recoveries."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.lifecycle import recovery_schedule as schedule


@periodic(cron="* * * * *")
@task(name="quartermaster.lifecycle.recovery_tasks.follow", queueing_lock="lifecycle.recoveries")
def follow(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """What people who leave still have, by the clock."""
    schedule.follow_recoveries(now())
