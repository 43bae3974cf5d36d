"""Wake-ups of the room policy."""

from quartermaster.jobs.queue import periodic, task
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.policy import actions
from quartermaster.policy.actions import acknowledgements, adoption, reminders


@periodic(cron="11 * * * *")
@task(name="quartermaster.policy.tasks.end_exceptions", queueing_lock="policy.end-exceptions")
def end_exceptions(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """End the exceptions whose time is over."""
    actions.end_what_is_over(actor=system("policy"), at=now())


@periodic(cron="*/15 * * * *")
@task(name="quartermaster.policy.tasks.turn_versions", queueing_lock="policy.turn-versions")
def turn_versions(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Mark what was superseded, and ask those who came since the adoption."""
    actor, at = system("policy"), now()
    adoption.supersede_due(actor=actor, at=at)
    acknowledgements.ask_newcomers(actor=actor, at=at)


@periodic(cron="*/5 * * * *")
@task(name="quartermaster.policy.tasks.remind", queueing_lock="policy.remind")
def remind(timestamp: int) -> None:  # noqa: ARG001 (the queue passes it)
    """Send the reminders that are due."""
    reminders.send_due(actor=system("policy"), at=now())
