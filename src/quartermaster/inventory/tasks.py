"""Wake-ups of the room inventory."""

from quartermaster.inventory.actions import confirmations
from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system

HOUSE = system("inventory")


@periodic(cron="*/10 * * * *")
@task(name="quartermaster.inventory.tasks.confirmations", queueing_lock="inventory.confirmations")
def follow(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Holders who have not answered."""
    confirmations.take_steps(actor=HOUSE, at=now())
