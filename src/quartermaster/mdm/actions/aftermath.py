"""What follows from an answer beyond the facts in it: retries, secrets, lost mode."""

from quartermaster.jobs.acts import Act
from quartermaster.mdm.actions.escrow import settle_secrets
from quartermaster.mdm.actions.lost import lost_mode_changed
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.meanings import Explains
from quartermaster.mdm.models import Command
from quartermaster.mdm.posture import LOST_MODE, Posture
from quartermaster.mdm.rules.commands import retry_due
from quartermaster.mdm.states import LOST, CommandState


def follow(command: Command, facts: Posture, doing: Act) -> None:
    """Draw the consequences of one answered command."""
    if command.state == CommandState.FAILED:
        _plan_retry(command, doing)
        if command.retry_due_at is not None:
            return  # the payload and the secret in it are still wanted
    if command.sealed:  # it carried a secret, and has served its purpose
        settle_secrets(command, confirmed=command.state == CommandState.ACKNOWLEDGED, at=doing.at)
        Command.objects.filter(id=command.id).update(payload=b"", sealed=False)
    if command.key == LOST and LOST_MODE in facts:
        lost_mode_changed(command, on=facts[LOST_MODE].value is True, doing=doing)


def _plan_retry(command: Command, doing: Act) -> None:
    driver = driver_named(command.enrolment.driver)
    if not isinstance(driver, Explains):
        return
    meaning = driver.meaning(bytes(command.answer or b""))
    due = retry_due(
        key=command.key,
        retries=command.retries,
        temporary=meaning is not None and meaning.temporary,
        at=doing.at,
    )
    if due is not None:
        command.retry_due_at = due
        Command.objects.filter(id=command.id).update(retry_due_at=due)
