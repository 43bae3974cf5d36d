"""Wake-ups of imports."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now

READ = "quartermaster.usage.import_tasks.read"


@task(name=READ)
def read() -> None:
    """Read what waits, one file after another."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage import import_schedule as schedule

    schedule.read_waiting(now)


@periodic(cron="* * * * *")
@task(name="quartermaster.usage.import_tasks.tick", queueing_lock="usage.imports")
def tick(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Take in what lies in the folder, and read what a lost wake-up left behind."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage import import_schedule as schedule

    schedule.look_into_folder(now())
    schedule.read_waiting(now)


@periodic(cron="11 3 * * *")
@task(name="quartermaster.usage.import_tasks.forget", queueing_lock="usage.forget")
def forget(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """The night's disposals take the keys of the files with them."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage import import_schedule as schedule

    schedule.forget(now())
