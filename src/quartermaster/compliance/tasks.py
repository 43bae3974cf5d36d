"""Wake-ups of compliance."""

from quartermaster.compliance import schedule
from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now


@periodic(cron="* * * * *")
@task(name="quartermaster.compliance.tasks.steps", queueing_lock="compliance.steps")
def steps(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Notices, reminders and cure periods whose time has come."""
    schedule.take_steps(now())


@periodic(cron="*/5 * * * *")
@task(name="quartermaster.compliance.tasks.sweep", queueing_lock="compliance.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Evaluate devices on the clock: silence is seen, too."""
    schedule.sweep(now())


@periodic(cron="* * * * *")
@task(name="quartermaster.compliance.tasks.act_by_rules", queueing_lock="compliance.rules")
def act_by_rules(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Carry out what rules say that act by themselves."""
    schedule.act_by_rules(now())
