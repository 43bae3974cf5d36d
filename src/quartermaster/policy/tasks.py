"""Wake-ups of the room policy."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.policy import actions


@periodic(cron="11 * * * *")
@task(name="quartermaster.policy.tasks.end_exceptions", queueing_lock="policy.end-exceptions")
def end_exceptions(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """End the exceptions whose time is over."""
    actions.end_what_is_over(actor=system("policy"), at=now())
