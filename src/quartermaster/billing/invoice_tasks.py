"""Wake-ups of invoices."""

from quartermaster.billing import invoice_schedule as schedule
from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now


@periodic(cron="40 4 * * *")
@task(name="quartermaster.billing.invoice_tasks.look_again", queueing_lock="billing.invoices")
def look_again(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """What the night brings to invoices."""
    schedule.look_again(now())
