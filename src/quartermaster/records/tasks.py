"""Wake-ups of the room records."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.records import schedule


@periodic(cron="*/10 * * * *")
@task(name="quartermaster.records.tasks.steps", queueing_lock="records.steps")
def steps(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Reminders and notices whose time has come."""
    schedule.take_steps(now())


@periodic(cron="*/5 * * * *")
@task(name="quartermaster.records.tasks.replicate", queueing_lock="records.replicate")
def replicate(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """What the second store has not yet."""
    schedule.replicate(now())


@periodic(cron="8-59/10 * * * *")
@task(name="quartermaster.records.tasks.dispose", queueing_lock="records.dispose")
def dispose(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """What is due under the retention schedule, and what may be destroyed."""
    schedule.dispose(now())


@periodic(cron="3-59/10 * * * *")
@task(name="quartermaster.records.tasks.sign", queueing_lock="records.sign")
def sign(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Sign how the archive stands, where it grew."""
    schedule.sign(now())


@periodic(cron="4-59/10 * * * *")
@task(name="quartermaster.records.tasks.stamp", queueing_lock="records.stamp")
def stamp(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Have what was signed stamped by the authority that is set."""
    schedule.stamp(now())


@periodic(cron="41 2 * * *")
@task(name="quartermaster.records.tasks.audit", queueing_lock="records.audit")
def audit(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Compare the archive with its log, its signatures and its digests, every night."""
    schedule.audit(now())
