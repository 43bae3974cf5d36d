"""The common way in, as two statements: a new device names itself, then brings its push address.

`mdm.actions.checkin` knows every way: a device that comes again, that left another enrolment
behind, that is not the one invited. These statements know the plain one: a fresh enrolment by an
invitation, for hardware that fits and is enrolled nowhere else. They change a row only where all of
that holds; where it does not, they say so, and the action decides. The ledger and the rooms above
are told afterwards, from a row kept in the same statement (`mdm.actions.arrivals`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.errors import IntegrityError
from psycopg.types.json import Jsonb

from quartermaster.kernel import vault
from quartermaster.kernel.ids import new_id
from quartermaster.mdm.actions.checkin import Hardware, PushAddress, place_of
from quartermaster.mdm.posture import Fact

_FRESH = """
WITH fresh AS (
    SELECT e.id
    FROM mdm_certificate c JOIN mdm_enrolment e ON e.id = c.enrolment_id
    JOIN inventory_device d ON d.id = e.device_id
    WHERE c.fingerprint = %(fingerprint)s AND c.revoked_at IS NULL AND c.expires_at > %(at)s
      AND e.state = 'pending' AND e.way = 'profile' AND e.external_id = ANY(%(known_as)s)
      AND NOT EXISTS (SELECT 1 FROM mdm_enrolment o
                      WHERE o.id <> e.id AND o.device_id = e.device_id AND o.state <> 'ended')"""
_FITS = """
      AND (coalesce(d.udid, '') = '' OR lower(d.udid) = lower(%(external_id)s))
      AND (coalesce(d.serial, '') = '' OR %(serial)s = '' OR lower(d.serial) = lower(%(serial)s))
      AND NOT EXISTS (SELECT 1 FROM mdm_enrolment o
                      WHERE o.driver = e.driver AND o.external_id = %(external_id)s
                        AND o.state = 'enrolled')
      AND NOT EXISTS (SELECT 1 FROM mdm_command m WHERE m.enrolment_id = e.id)
), moved AS (
    UPDATE mdm_enrolment SET external_id = %(external_id)s, last_seen_at = %(at)s
    FROM fresh WHERE mdm_enrolment.id = fresh.id AND mdm_enrolment.state = 'pending'
    RETURNING mdm_enrolment.id
), used AS (
    UPDATE mdm_certificate SET first_used_at = %(at)s FROM moved
    WHERE mdm_certificate.fingerprint = %(fingerprint)s AND mdm_certificate.first_used_at IS NULL
)"""
_ENROLS = """
      AND e.id = %(enrolment)s AND e.topic IN ('', %(topic)s)
), moved AS (
    UPDATE mdm_enrolment SET state = 'enrolled', enrolled_at = %(at)s, last_seen_at = %(at)s,
           topic = %(topic)s, sealed_push_token = %(token)s, sealed_push_magic = %(magic)s,
           sealed_unlock_token = %(unlock)s
    FROM fresh WHERE mdm_enrolment.id = fresh.id AND mdm_enrolment.state = 'pending'
    RETURNING mdm_enrolment.id
)"""
_NOTED = """, noted AS (
    INSERT INTO mdm_arrival (id, enrolment_id, step, at, facts)
    SELECT %(note)s, moved.id, %(step)s, %(at)s, %(facts)s FROM moved
)
SELECT 1 FROM moved
"""
_IS_FRESH = """
SELECT 1 FROM mdm_certificate c JOIN mdm_enrolment e ON e.id = c.enrolment_id
WHERE c.fingerprint = %s AND c.first_used_at IS NULL AND c.revoked_at IS NULL
  AND e.state = 'enrolled'
"""
_IS_BROUGHT = """
SELECT 1 FROM mdm_certificate WHERE fingerprint = %s AND means = 'elsewhere' AND revoked_at IS NULL
"""
_AUTHENTICATE = _FRESH + _FITS + _NOTED
_ENROL = _FRESH + _ENROLS + _NOTED
NO_FACTS: Mapping[str, Fact] = {}
Connection = AsyncConnection[Any]


async def authenticate(
    connection: Connection,
    *,
    fingerprint: bytes,
    hardware: Hardware,
    facts: Mapping[str, Fact],
    at: datetime,
) -> bool:
    """Bind a fresh enrolment to its hardware (G-10); whether this was the plain case.

    ``facts``: what the device said of itself on the way, kept with the arrival.
    """
    return await _done(
        connection,
        _AUTHENTICATE,
        fingerprint=fingerprint,
        known_as=["", hardware.external_id],
        external_id=hardware.external_id,
        serial=hardware.serial,
        facts=facts,
        step="authenticated",
        at=at,
    )


async def enrol(
    connection: Connection,
    *,
    fingerprint: bytes,
    enrolment_id: UUID,
    external_id: str,
    address: PushAddress,
    at: datetime,
) -> bool:
    """Take the first push address of an enrolment (G-10); whether this was the plain case.

    Args:
        connection: a connection whose commit waits for the disk.
        fingerprint: of the proven certificate.
        enrolment_id: which the certificate names; secrets are sealed for its place.
        external_id: what the device calls itself.
        address: where it is woken.
        at: the present instant.
    """

    def sealed(field: str, plain: bytes) -> bytes:
        return vault.seal(plain, place=place_of(enrolment_id, field))

    try:
        return await _done(
            connection,
            _ENROL,
            fingerprint=fingerprint,
            enrolment=enrolment_id,
            known_as=[external_id],
            topic=address.topic,
            token=sealed("push-token", address.token),
            magic=sealed("push-magic", address.magic),
            unlock=sealed("unlock-token", address.unlock_token) if address.unlock_token else None,
            step="enrolled",
            at=at,
        )
    except IntegrityError:  # enrolled at the same instant under another name: no plain case
        return False


async def is_fresh(connection: Connection, fingerprint: bytes) -> bool:
    """Whether an enrolled device uses this certificate for the first time.

    The first certificate of a device is noted as used when it authenticates.
    """
    cursor = await connection.execute(_IS_FRESH, [fingerprint])
    return await cursor.fetchone() is not None


async def is_brought(connection: Connection, fingerprint: bytes) -> bool:
    """Whether a certificate was pinned when its enrolment was brought from another server."""
    cursor = await connection.execute(_IS_BROUGHT, [fingerprint])
    return await cursor.fetchone() is not None


async def _done(
    connection: Connection, statement: str, facts: Mapping[str, Fact] = NO_FACTS, **values: Any
) -> bool:
    said = {key: [fact.value, fact.source] for key, fact in facts.items()}
    values |= {"note": new_id(), "facts": Jsonb(said)}
    cursor = await connection.execute(statement, values)
    return await cursor.fetchone() is not None
