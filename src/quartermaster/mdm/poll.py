"""The hot path: one statement for one poll of a device, on a plain psycopg connection.

It finds the enrolment by its certificate, notes that the device was seen (at most every half
minute), takes the next command and marks it sent. ``SKIP LOCKED`` keeps two connections of one
device from taking the same command.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

_POLL = """
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
), following AS (
    SELECT m.id FROM mdm_command m JOIN pinned p ON p.id = m.enrolment_id
    WHERE p.state = 'enrolled' AND NOT p.over AND p.external_id = %(external_id)s
      AND m.expires_at > %(at)s
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
    RETURNING mdm_command.id, mdm_command.payload
)
SELECT pinned.id, pinned.over, pinned.external_id, sent.id, sent.payload
FROM pinned LEFT JOIN sent ON true
"""


@dataclass(frozen=True)
class Polled:
    """What a poll found. ``over``: the enrolment ended; ``wrong``: another device's certificate."""

    enrolment_id: UUID
    over: bool
    wrong: bool
    command_id: UUID | None
    payload: bytes


async def poll(
    connection: AsyncConnection[Any],
    *,
    fingerprint: bytes,
    external_id: str,
    idle: bool,
    at: datetime,
) -> Polled | None:
    """The next command of the device with this certificate; None: no such certificate.

    Args:
        connection: a connection of the door's pool.
        fingerprint: SHA-256 of the certificate, already checked to be of our authority.
        external_id: what the device calls itself; must be what it enrolled as.
        idle: the device is at the beginning of a session, so deferred and lost commands are
            offered again; later in it, only what was deferred in an earlier session.
        at: the present instant.
    """
    cursor = await connection.execute(
        _POLL,
        {"fingerprint": fingerprint, "external_id": external_id, "idle": idle, "at": at},
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    enrolment_id, over, known_as, command_id, payload = row
    return Polled(enrolment_id, over, known_as != external_id, command_id, bytes(payload or b""))
