"""The hot path: one statement for one request of a device, on a plain psycopg connection.

It finds the enrolment by its certificate, notes that the device was seen (at most every half
minute), keeps the answer that the device brought, takes the next command and marks it sent.
``SKIP LOCKED`` keeps two connections of one device from taking the same command; the condition on
the state keeps an answer from being recorded twice. What an answer says is learned afterwards
(`quartermaster.mdm.actions.learning`): the row itself says that this is still to be done.

Most polls find nothing. They are told so by a first look that writes nothing and locks nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from quartermaster.mdm.states import COMMAND, CommandState

_LOOK = """
SELECT e.id, (e.state = 'ended' OR c.revoked_at IS NOT NULL OR c.expires_at <= %(at)s),
       e.external_id,
       (e.last_seen_at IS NULL OR e.last_seen_at < %(at)s - interval '30 seconds'
        OR EXISTS (SELECT 1 FROM mdm_command m WHERE m.enrolment_id = e.id
                   AND m.state IN ('queued', 'sent', 'deferred')))
FROM mdm_certificate c JOIN mdm_enrolment e ON e.id = c.enrolment_id
WHERE c.fingerprint = %(fingerprint)s
"""
_PINNED = """
WITH pinned AS (
    SELECT e.id, e.device_id, e.state, e.external_id, e.last_seen_at,
           (e.state = 'ended' OR c.revoked_at IS NOT NULL OR c.expires_at <= %(at)s) AS over
    FROM mdm_certificate c JOIN mdm_enrolment e ON e.id = c.enrolment_id
    WHERE c.fingerprint = %(fingerprint)s
), seen AS (
    UPDATE mdm_enrolment SET last_seen_at = %(at)s
    FROM pinned
    WHERE mdm_enrolment.id = pinned.id AND NOT pinned.over
      AND pinned.external_id = %(external_id)s
      AND (pinned.last_seen_at IS NULL OR pinned.last_seen_at < %(at)s - interval '30 seconds')
)"""
_KEPT = """, kept AS (
    UPDATE mdm_command SET state = %(outcome)s, answer = %(raw)s, error = %(error)s,
           answered_at = %(answered_at)s, learn_due_at = %(answered_at)s, learn_attempts = 0,
           deferred_at = COALESCE(deferred_at, %(deferred_at)s)
    FROM pinned
    WHERE mdm_command.id = %(command)s AND mdm_command.enrolment_id = pinned.id
      AND NOT pinned.over AND pinned.external_id = %(external_id)s
      AND mdm_command.user_channel_id IS NOT DISTINCT FROM %(channel)s
      AND mdm_command.state = ANY(%(sources)s)
    RETURNING mdm_command.id
)"""
_NOTHING_KEPT = ", kept AS (SELECT NULL::uuid AS id WHERE false)"
_NEXT = """, following AS (
    SELECT m.id FROM mdm_command m JOIN pinned p ON p.id = m.enrolment_id
    WHERE p.state = 'enrolled' AND NOT p.over AND p.external_id = %(external_id)s
      AND m.user_channel_id IS NOT DISTINCT FROM %(channel)s
      AND m.expires_at > %(at)s AND m.id IS DISTINCT FROM %(command)s
      AND m.state IN ('queued', 'sent', 'deferred')
      AND (m.state = 'queued'
           OR (m.state = 'deferred'
               AND (%(idle)s OR m.sent_at < %(at)s - interval '30 seconds'))
           OR (m.state = 'sent' AND %(idle)s AND m.sent_at < %(at)s - interval '30 seconds'))
    ORDER BY m.queued_at, m.id
    LIMIT 1
    FOR UPDATE OF m SKIP LOCKED
), sent AS (
    UPDATE mdm_command SET state = 'sent', sent_at = %(at)s, attempts = attempts + 1
    FROM following WHERE mdm_command.id = following.id
    RETURNING mdm_command.id, mdm_command.payload, mdm_command.sealed
)
SELECT pinned.id, pinned.over, pinned.external_id, sent.id, sent.payload, sent.sealed,
       EXISTS (SELECT 1 FROM kept)
FROM pinned LEFT JOIN sent ON true
"""
_POLL = _PINNED + _NOTHING_KEPT + _NEXT
_ANSWER = _PINNED + _KEPT + _NEXT


class Outcome(StrEnum):
    """How a device answered, in the house's words: the verb of the command's transition."""

    ACKNOWLEDGED = "acknowledge"
    FAILED = "fail"
    NOT_NOW = "defer"


@dataclass(frozen=True)
class Located:
    """Where a lost device says it is; ``accuracy`` in metres around the point."""

    latitude: float
    longitude: float
    accuracy: float
    measured_at: datetime | None = None


@dataclass(frozen=True)
class Answered:
    """One answer, as the driver read it.

    ``secrets`` (by kind), ``sealed`` (secrets that only our key opens) and ``located`` were taken
    out of ``raw``.
    """

    command_uuid: str
    outcome: Outcome
    raw: bytes
    error: str = ""
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    sealed: Mapping[str, bytes] = field(default_factory=dict)
    located: Located | None = None

    @property
    def confidential(self) -> bool:
        """Whether something was taken out that is kept by itself."""
        return bool(self.secrets or self.sealed or self.located)


@dataclass(frozen=True)
class Polled:
    """What a poll found. ``over``: the enrolment ended; ``wrong``: another device's certificate.

    ``sealed``: the payload is to be opened before it is sent.
    ``kept``: the answer that came with it was taken by a command that waited for it.
    """

    enrolment_id: UUID
    over: bool
    wrong: bool
    command_id: UUID | None
    payload: bytes
    sealed: bool = False
    kept: bool = False


_CHANNEL = """
SELECT u.id FROM mdm_certificate c JOIN mdm_userchannel u ON u.enrolment_id = c.enrolment_id
WHERE c.fingerprint = %(fingerprint)s AND u.user_id = %(user)s AND u.left_at IS NULL
"""


async def user_channel(
    connection: AsyncConnection[Any], *, fingerprint: bytes, user: str
) -> UUID | None:
    """The channel of a user of the device with this certificate; None: not told of yet, or left."""
    cursor = await connection.execute(_CHANNEL, {"fingerprint": fingerprint, "user": user})
    row = await cursor.fetchone()
    return row[0] if row else None


async def poll(
    connection: AsyncConnection[Any],
    *,
    fingerprint: bytes,
    external_id: str,
    answered: Answered | None = None,
    channel: UUID | None = None,
    at: datetime,
) -> Polled | None:
    """The next command of the device with this certificate; None: no such certificate.

    Args:
        connection: a connection of the door's pool.
        fingerprint: SHA-256 of the certificate, already checked to be of our authority.
        external_id: what the device calls itself; must be what it enrolled as.
        answered: what the device says to an earlier command, kept in the same statement. None:
            it is at the beginning of a session, so deferred and lost commands are offered again;
            later in it, only what was deferred in an earlier session.
        channel: of a user of the device (`user_channel`); None: the device's own, which never gets
            what waits for a user.
        at: the present instant.
    """
    values: dict[str, Any] = {
        "fingerprint": fingerprint,
        "external_id": external_id,
        "idle": answered is None,
        "channel": channel,
        "at": at,
        "command": None,
    }
    if answered is None:
        cursor = await connection.execute(_LOOK, values)
        seen = await cursor.fetchone()
        if seen is None:
            return None
        enrolment_id, over, known_as, due = seen
        if over or known_as != external_id or not due:
            return Polled(enrolment_id, over, known_as != external_id, None, b"")
    else:
        values |= _of(answered, at)
    statement = _ANSWER if values["command"] is not None else _POLL
    cursor = await connection.execute(statement, values)
    row = await cursor.fetchone()
    if row is None:
        return None
    enrolment_id, over, known_as, command_id, payload, sealed, kept = row
    wrong = known_as != external_id
    found = bytes(payload or b"")
    return Polled(enrolment_id, over, wrong, command_id, found, bool(sealed), kept)


def _of(answered: Answered, at: datetime) -> dict[str, Any]:
    step = COMMAND.transitions[answered.outcome.value]
    final = answered.outcome is not Outcome.NOT_NOW
    return {
        "command": uuid_of(answered.command_uuid),
        "outcome": step.target.value,
        "sources": sorted(CommandState(source).value for source in step.sources),
        "raw": answered.raw,
        "error": answered.error[:500],
        "answered_at": at if final else None,
        "deferred_at": None if final else at,
    }


def uuid_of(text: str) -> UUID | None:
    """A command's UUID as a device gives it back; None for what is none of ours."""
    try:
        return UUID(text)
    except ValueError:
        return None
