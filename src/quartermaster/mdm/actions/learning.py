"""Learning what answers say: set by set, after the device has its reply."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import F

from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.outbox import pause
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import posture
from quartermaster.mdm.abilities import Attests, Declares, Proof
from quartermaster.mdm.actions.aftermath import follow
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.actions.software_arrivals import take_report, with_managed
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.events import DeviceChanged, PostureReported
from quartermaster.mdm.models import Command, StoredFact
from quartermaster.mdm.posture import Posture
from quartermaster.mdm.queries import context_of, declared_states
from quartermaster.mdm.states import ATTESTATION, INSTALL, CommandState

log = structlog.get_logger(__name__)

BATCH = 100
MOST_ATTEMPTS = 8
LEARNER = Actor(label="learning from answers")


def learn(command: Command, doing: Act) -> None:
    """Take into the house what one answered command says: audit entry, facts, event."""
    device = command.enrolment.device
    facts: Posture = {}
    # what a user's side says is not what the device is
    if command.state == CommandState.ACKNOWLEDGED and command.user_channel_id is None:
        driver = driver_named(command.enrolment.driver)
        observed_at = command.answered_at or doing.at
        facts = dict(driver.facts(command.kind, bytes(command.answer or b""), observed_at))
        if command.key == ATTESTATION and isinstance(driver, Attests):
            facts |= driver.attested(_proof(command), observed_at)
        if facts:
            if keep_facts(device.id, with_managed(device.id, facts)):
                doing.emit(DeviceChanged(device_id=device.id))
            doing.emit(PostureReported(device_id=device.id))
        if _makes_way(command):
            doing.emit(DeviceChanged(device_id=device.id))
    elif command.state == CommandState.FAILED:
        _learn_refusal(command, doing)
    follow(command, facts, doing)
    take_report(command, doing)
    doing.record(
        f"mdm.command.{command.state}",
        command,
        kind=command.kind,
        device=device.asset_tag,
        error=command.error,
    )


def _makes_way(command: Command) -> bool:
    """Whether a device took a payload that what is declared to it may have waited for."""
    driver = driver_named(command.enrolment.driver)
    if not isinstance(driver, Declares) or not command.key.startswith(INSTALL):
        return False
    standing = declared_states(command.enrolment_id).filter(active=True)
    instead = {driver.stands_for(name) for name in standing.values_list("identifier", flat=True)}
    return bool(command.digest) and command.key.removeprefix(INSTALL) in instead


def _learn_refusal(command: Command, doing: Act) -> None:
    """A device that takes no declarations at all gets its settings by other means."""
    driver = driver_named(command.enrolment.driver)
    if not isinstance(driver, Declares) or command.key != f"{INSTALL}{driver.declared_key}":
        return
    device = command.enrolment.device
    known = StoredFact.objects.filter(device=device, key=posture.OS_VERSION).first()
    said = {posture.EVERYTHING: known.value if known else ""}
    at = command.answered_at or doing.at
    if keep_facts(device.id, {posture.REFUSED: posture.Fact(said, command.kind, at)}):
        doing.emit(DeviceChanged(device_id=device.id))


def _proof(command: Command) -> Proof:
    device = command.enrolment.device
    return Proof(
        command_id=command.id,
        answer=bytes(command.answer or b""),
        context=context_of(device),
        serial=device.serial,
        hardware_ids=frozenset({device.udid, command.enrolment.external_id} - {""}),
    )


def learn_due(at: datetime, limit: int = 20) -> int:
    """Learn from the answers that the devices' door kept; how many there were (G-3, G-10).

    A batch is one transaction with one turn at the ledger. An answer that cannot be learned from
    is tried alone, later and later, and after some attempts left with a note of why.
    """
    done = 0
    for _ in range(limit):
        count = _learn_batch(at)
        done += count
        if count < BATCH:
            break
    return done


def _learn_batch(at: datetime) -> int:
    try:
        with act(LEARNER, at):  # one turn at the ledger for all
            batch = _claim(at)
            for command in batch:
                with act(_speaker(command), at) as doing:
                    learn(command, doing)
            _settle(batch)
    except Exception:
        log.exception("mdm.learning-failed")
        return _learn_alone(at)
    return len(batch)


def _claim(at: datetime, *only: UUID) -> Sequence[Command]:
    rows = Command.objects.select_related("enrolment__device").filter(learn_due_at__lte=at)
    if only:
        rows = rows.filter(id__in=only)
    locked = rows.select_for_update(skip_locked=True, of=("self",))
    return list(locked.order_by("learn_due_at", "id")[:BATCH])


def _settle(batch: Sequence[Command]) -> None:
    Command.objects.filter(id__in=[item.id for item in batch]).update(learn_due_at=None)


def _learn_alone(at: datetime) -> int:
    """One by one, so that an answer that cannot be read holds up no other."""
    due = Command.objects.filter(learn_due_at__lte=at).order_by("learn_due_at", "id")
    keys = list(due.values_list("id", flat=True)[:BATCH])
    for key in keys:
        try:
            with act(LEARNER, at):
                for command in _claim(at, key):
                    with act(_speaker(command), at) as doing:
                        learn(command, doing)
                    _settle([command])
        except Exception as problem:
            log.exception("mdm.answer-not-learned", command=str(key))
            _put_off(key, problem, at)
    return len(keys)


def _put_off(key: UUID, problem: Exception, at: datetime) -> None:
    command = Command.objects.get(id=key)
    attempts = command.learn_attempts + 1
    due_at = at + pause(attempts) if attempts < MOST_ATTEMPTS else None
    noted = f"The answer could not be read: {type(problem).__name__}."
    Command.objects.filter(id=key).update(
        learn_attempts=F("learn_attempts") + 1,
        learn_due_at=due_at,
        error=noted if due_at is None else command.error,
    )


def _speaker(command: Command) -> Actor:
    return Actor(label=f"device {command.enrolment.device.asset_tag}")
