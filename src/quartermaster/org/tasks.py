"""Wake-ups of the room. What is due stands in the rows."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.org import accounts
from quartermaster.org.actions import separate_due


@periodic(cron="5 * * * *")
@task(name="quartermaster.org.tasks.separate", queueing_lock="org.separate")
def separate(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Separate those whose planned day has come."""
    separate_due(actor=system("calendar"), at=now())


@periodic(cron="*/5 * * * *")
@task(name="quartermaster.org.tasks.sweep_resets", queueing_lock="org.resets")
def sweep_resets(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Answer wishes for a new password whose wake-up was lost."""
    accounts.answer_resets(now())


@task(name=accounts.ANSWER)
def answer_resets() -> None:
    """Send the links that were asked for."""
    accounts.answer_resets(now())


@periodic(cron="15 3 * * *")
@task(name="quartermaster.org.tasks.forget", queueing_lock="org.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Forget attempts to log in that are too old to count."""
    accounts.forget_attempts(now())
