"""Did my change arrive? How far each thing that a device must have has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from quartermaster.mdm import posture
from quartermaster.mdm.driver import Compiled, Means, Part, Payload
from quartermaster.mdm.models import Command, DeclaredState, Enrolment
from quartermaster.mdm.queries import declared_states, posture_of
from quartermaster.mdm.states import INSTALL, OPEN_COMMANDS, CommandState


class Stage(StrEnum):
    """From wished for to in force."""

    MISSING = "not sent"
    WAITING = "waiting"
    SENT = "sent"
    ARRIVED = "arrived"
    ACTIVE = "in force"
    REFUSED = "refused"


@dataclass(frozen=True)
class Progress:
    """One payload, or one part of it, on its way. ``reason`` says why it is no further.

    ``replaces``: the payload that the device still has, and that goes once this is in force.
    """

    key: str
    title: str
    means: Means
    settings: tuple[str, ...]
    stage: Stage
    reason: str = ""
    since: datetime | None = None
    replaces: str = ""


def progress_of(enrolment: Enrolment, compiled: Compiled) -> tuple[Progress, ...]:
    """How far everything has come that is required of a device now (G-3, G-10)."""
    sent = _newest_commands(enrolment)
    told = {row.identifier: row for row in declared_states(enrolment.id)}
    fact = posture_of(enrolment.device_id).get(posture.PROFILES)
    installed = fact.value if fact is not None and isinstance(fact.value, list) else []
    return tuple(_each(compiled.payloads, sent, told, installed))


def _each(
    payloads: Iterable[Payload],
    sent: Mapping[str, Command],
    told: Mapping[str, DeclaredState],
    installed: list[str],
) -> Iterable[Progress]:
    for payload in payloads:
        command = sent.get(payload.key)
        stage, reason, since = _by_command(command, payload)
        for part in payload.parts:
            earlier = sent.get(part.replaces)
            found = _part(part, told.get(part.key), stage, reason, since)
            yield replace(found, replaces=part.replaces if earlier and earlier.digest else "")
        if not payload.parts:
            if stage is Stage.ARRIVED and payload.key in installed:
                stage = Stage.ACTIVE
            yield Progress(
                payload.key, payload.title, payload.means, payload.settings, stage, reason, since
            )


def _by_command(command: Command | None, payload: Payload) -> tuple[Stage, str, datetime | None]:
    if command is None or command.digest != payload.digest:
        return Stage.MISSING, "", None
    if command.state == CommandState.FAILED:
        return Stage.REFUSED, command.error, command.answered_at
    if command.state == CommandState.ACKNOWLEDGED:
        return Stage.ARRIVED, "", command.answered_at
    if command.state == CommandState.QUEUED:
        return Stage.WAITING, "", command.queued_at
    return Stage.SENT, "", command.sent_at


def _part(
    part: Part,
    row: DeclaredState | None,
    stage: Stage,
    reason: str,
    since: datetime | None,
) -> Progress:
    """A part stands as the device says; until it does, as far as its announcement has come."""
    if row is not None and row.token == part.token:
        reason, since = " ".join(row.reasons), row.reported_at
        if row.valid == "invalid":
            stage = Stage.REFUSED
        else:
            stage = Stage.ACTIVE if row.active and row.valid == "valid" else Stage.ARRIVED
    return Progress(part.key, part.title, Means.DECLARATION, part.settings, stage, reason, since)


def _newest_commands(enrolment: Enrolment) -> dict[str, Command]:
    rows = Command.objects.filter(
        enrolment=enrolment,
        key__startswith=INSTALL,
        state__in={*OPEN_COMMANDS, CommandState.ACKNOWLEDGED, CommandState.FAILED},
    ).defer("payload", "answer")
    return {row.key.removeprefix(INSTALL): row for row in rows.order_by("queued_at", "id")}
