"""Wake-ups of the outbox."""

from django.conf import settings
from procrastinate import JobContext

from quartermaster.audit import anchors
from quartermaster.jobs import outbox
from quartermaster.jobs.emission import DELIVER
from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now


@task(name=DELIVER)
def deliver() -> None:
    outbox.deliver_due(now())


@periodic(cron="* * * * * */10")  # the seconds stand last
@task(name="quartermaster.jobs.tasks.sweep", queueing_lock="jobs.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Deliver what a lost wake-up left behind."""
    outbox.deliver_due(now())


@periodic(cron="7 * * * *")
@task(name="quartermaster.jobs.tasks.anchor_ledger", queueing_lock="jobs.anchor")
def anchor_ledger(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Note the head of the audit chain outside the database."""
    anchors.write(settings.DATA, settings.AUDIT_KEY, now())


@periodic(cron="*/5 * * * *")
@task(
    name="quartermaster.jobs.tasks.retry_stalled", queueing_lock="jobs.stalled", pass_context=True
)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Queue again what a dead worker held."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


@periodic(cron="23 3 * * *")
@task(name="quartermaster.jobs.tasks.tidy", queueing_lock="jobs.tidy", pass_context=True)
async def tidy(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Forget wake-ups that ended more than three days ago."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=72, include_failed=True, include_cancelled=True, include_aborted=True
    )
