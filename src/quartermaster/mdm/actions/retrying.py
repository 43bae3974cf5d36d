"""Trying a command again: by the house where the trouble passes, or by a person's wish."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from quartermaster.jobs.acts import act
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.abilities import destroys
from quartermaster.mdm.actions.commands import COMMAND_LIFE, open_payload, place_of
from quartermaster.mdm.actions.waking import ask_to_wake
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.meanings import Repeats
from quartermaster.mdm.models import Command, EscrowedSecret
from quartermaster.mdm.rules.commands import ENDED, is_repeatable
from quartermaster.mdm.states import OPEN_COMMANDS, CommandState, EnrolmentState

BATCH = 200


def retry_command(*, command: Command, actor: Actor, at: datetime) -> Command:
    """Send a command again that failed, expired or was withdrawn (G-10).

    Raises:
        NotPossible: it cannot be sent again; the sentence says why.
        Conflict: somebody was quicker, or the device is not enrolled.
    """
    device = command.enrolment.device
    require(
        actor,
        permits.COMMAND_SEND,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    command.refresh_from_db()
    problem = why_not_again(command)
    if problem:
        raise NotPossible(problem)
    return _again(command, actor, at, retries=0)


def why_not_again(command: Command) -> str:
    """Why a command cannot be sent again, as a sentence; empty if it can."""
    if not is_repeatable(command.key) or not isinstance(
        driver_named(command.enrolment.driver), Repeats
    ):
        return "This is not sent again as it is; ask for it anew."
    if not bytes(command.payload):
        return "It held a secret that is gone; ask for it anew from the device's page."
    if command.state not in ENDED:
        return "It was not refused, withdrawn or given up."
    if command.enrolment.state != EnrolmentState.ENROLLED:
        return "The device is not enrolled any more."
    if _has_newer(command):
        return "A newer command for the same purpose is there already."
    return ""


def _has_newer(command: Command) -> bool:
    """Whether what it was for is or was done by a later command."""
    settled = [*sorted(OPEN_COMMANDS), CommandState.ACKNOWLEDGED]
    newer = Command.objects.filter(
        enrolment_id=command.enrolment_id, key=command.key, state__in=settled
    ).exclude(id=command.id)
    return newer.filter(queued_at__gte=command.queued_at).exists() and bool(command.key)


def _again(command: Command, actor: Actor, at: datetime, *, retries: int) -> Command:
    driver = driver_named(command.enrolment.driver)
    assert isinstance(driver, Repeats)
    key = new_id()
    earlier = bytes(command.payload)
    plain = open_payload(command.id, earlier) if command.sealed else earlier
    if destroys(driver.name, plain):
        raise NotPossible("This takes a request that two people stand for.")
    payload = driver.again(plain, key)
    life = max(command.expires_at - command.queued_at, timedelta(hours=1))
    fresh = Command(
        id=key,
        enrolment=command.enrolment,
        user_channel_id=command.user_channel_id,
        kind=command.kind,
        key=command.key,
        digest=command.digest,
        payload=vault.seal(payload, place=place_of(key)) if command.sealed else payload,
        sealed=command.sealed,
        reason=command.reason,
        queued_at=at,
        queued_by=actor.label,
        expires_at=at + min(life, COMMAND_LIFE),
        retry_of=command,
        retries=retries,
    )
    try:
        with act(actor, at) as doing, transaction.atomic():
            # first the earlier row, as the house does: two that insert before could block for ever
            Command.objects.select_for_update(of=("self",)).get(id=command.id)
            fresh.save(force_insert=True)
            Command.objects.filter(id=command.id).update(retry_due_at=None)
            EscrowedSecret.objects.filter(
                command=command, confirmed_at=None, replaced_at=None
            ).update(command=fresh)
            if command.sealed:  # it goes on in the new one
                Command.objects.filter(id=command.id).update(payload=b"", sealed=False)
            ask_to_wake([fresh.enrolment], doing)
            doing.record(
                "mdm.command.retried",
                fresh,
                kind=fresh.kind,
                device=fresh.enrolment.device.asset_tag,
                retry_of=str(command.id),
            )
    except IntegrityError as problem:
        raise Conflict("It was sent again already.") from problem
    return fresh


def retry_due_commands(*, actor: Actor, at: datetime) -> int:
    """Try again what failed for a passing reason and is due; how many were (G-10)."""
    require(actor, permits.COMMAND_SEND)
    done = 0
    for _ in range(BATCH):
        outcome = _retry_next(actor, at)
        if outcome is None:
            break
        done += outcome
    return done


def _retry_next(actor: Actor, at: datetime) -> bool | None:
    with act(actor, at):
        command = (
            Command.objects.select_related("enrolment__device")
            .select_for_update(skip_locked=True, of=("self",))
            .filter(retry_due_at__lte=at)
            .order_by("retry_due_at", "id")
            .first()
        )
        if command is None:
            return None
        Command.objects.filter(id=command.id).update(retry_due_at=None)
        if why_not_again(command):
            forget_payload(command)
            return False
        _again(command, actor, at, retries=command.retries + 1)
    return True


def forget_payload(command: Command) -> None:
    """A sealed payload that is not sent again has served its purpose."""
    if command.sealed:
        Command.objects.filter(id=command.id).update(payload=b"", sealed=False)
