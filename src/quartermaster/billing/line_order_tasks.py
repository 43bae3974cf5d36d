"""Wake-ups of orders to carriers."""

from quartermaster.billing.actions.line_orders import take_line_order_steps
from quartermaster.billing.actions.line_orders.common import FOLLOW
from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system


@task(name=FOLLOW)
def follow() -> None:
    """What somebody just asked a carrier for."""
    take_line_order_steps(actor=system("line orders"), at=now())


@periodic(cron="* * * * *")
@task(name="quartermaster.billing.line_order_tasks.follow_due", queueing_lock="billing.line-orders")
def follow_due(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """What is to be sent to carriers, what they have not answered, what comes back by itself."""
    take_line_order_steps(actor=system("line orders"), at=now())
