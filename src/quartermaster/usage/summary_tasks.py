"""Wake-ups of summaries and reviews."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system

_HOUSE = system("usage summaries")


@periodic(cron="*/15 * * * *")
@task(name="quartermaster.usage.summary_tasks.follow", queueing_lock="usage.summaries")
def follow(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Mail what is due, open reviews, and find them overdue."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage.actions import posting, reviewing

    at = now()
    posting.plan_posts(actor=_HOUSE, at=at)
    posting.post_due(actor=_HOUSE, at=at)
    reviewing.open_reviews(actor=_HOUSE, at=at)
