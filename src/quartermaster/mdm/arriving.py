"""The common way in, as two statements: a new device names itself, then brings its push address.

`mdm.actions.checkin` knows every way: a device that comes again, that left another enrolment
behind, that is not the one invited. These statements know the plain one: a fresh enrolment by an
invitation, for hardware that fits and is enrolled nowhere else. They change a row only where all of
that holds; where it does not, they say so, and the action decides. The ledger and the rooms above
are told afterwards, from a row kept in the same statement (`mdm.actions.arrivals`). Devices that
arrive at the same instant share a statement (`mdm.desk`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
), fresh AS (
    SELECT a.*, e.id AS enrolment
    FROM arriving a JOIN mdm_certificate c ON c.fingerprint = a.fingerprint
    JOIN mdm_enrolment e ON e.id = c.enrolment_id
    JOIN inventory_device d ON d.id = e.device_id
    WHERE c.revoked_at IS NULL AND c.expires_at > %(at)s
      AND e.state = 'pending' AND e.way = 'profile'
      AND NOT EXISTS (SELECT 1 FROM mdm_enrolment o
                      WHERE o.id <> e.id AND o.device_id = e.device_id AND o.state <> 'ended')"""
_NAMED = """
WITH arriving AS (
    SELECT * FROM unnest(%(fingerprints)b::bytea[], %(notes)s::uuid[], %(facts)s::jsonb[],
                         %(external_ids)s::text[], %(serials)s::text[])
                  WITH ORDINALITY AS a(fingerprint, note, facts, external_id, serial, place)"""
_FITS = """
      AND e.external_id IN ('', a.external_id)
      AND (coalesce(d.udid, '') = '' OR lower(d.udid) = lower(a.external_id))
      AND (coalesce(d.serial, '') = '' OR a.serial = '' OR lower(d.serial) = lower(a.serial))
      AND NOT EXISTS (SELECT 1 FROM mdm_enrolment o
                      WHERE o.driver = e.driver AND o.external_id = a.external_id
                        AND o.state = 'enrolled')
      AND NOT EXISTS (SELECT 1 FROM mdm_command m WHERE m.enrolment_id = e.id)
), moved AS (
    UPDATE mdm_enrolment SET external_id = fresh.external_id, last_seen_at = %(at)s
    FROM fresh WHERE mdm_enrolment.id = fresh.enrolment AND mdm_enrolment.state = 'pending'
    RETURNING fresh.place, fresh.note, fresh.facts, fresh.fingerprint, fresh.enrolment
), used AS (
    UPDATE mdm_certificate SET first_used_at = %(at)s FROM moved
    WHERE mdm_certificate.fingerprint = moved.fingerprint
      AND mdm_certificate.first_used_at IS NULL
)"""
_BROUGHT = """
WITH arriving AS (
    SELECT * FROM unnest(%(fingerprints)b::bytea[], %(notes)s::uuid[], %(facts)s::jsonb[],
                         %(external_ids)s::text[], %(named)s::uuid[], %(topics)s::text[],
                         %(tokens)b::bytea[], %(magics)b::bytea[], %(unlocks)b::bytea[])
                  WITH ORDINALITY AS a(fingerprint, note, facts, external_id, named, topic,
                                       token, magic, unlock, place)"""
_ENROLS = """
      AND e.external_id = a.external_id AND e.id = a.named AND e.topic IN ('', a.topic)
), moved AS (
    UPDATE mdm_enrolment SET state = 'enrolled', enrolled_at = %(at)s, last_seen_at = %(at)s,
           topic = fresh.topic, sealed_push_token = fresh.token, sealed_push_magic = fresh.magic,
           sealed_unlock_token = fresh.unlock
    FROM fresh WHERE mdm_enrolment.id = fresh.enrolment AND mdm_enrolment.state = 'pending'
    RETURNING fresh.place, fresh.note, fresh.facts, fresh.enrolment
)"""
_NOTED = """, noted AS (
    INSERT INTO mdm_arrival (id, enrolment_id, step, at, facts)
    SELECT moved.note, moved.enrolment, %(step)s, %(at)s, moved.facts FROM moved
)
SELECT place FROM moved
"""
_IS_FRESH = """
SELECT 1 FROM mdm_certificate c JOIN mdm_enrolment e ON e.id = c.enrolment_id
WHERE c.fingerprint = %s AND c.first_used_at IS NULL AND c.revoked_at IS NULL
  AND e.state = 'enrolled'
"""
IS_BROUGHT = """
SELECT 1 FROM mdm_certificate WHERE fingerprint = %s AND means = 'elsewhere' AND revoked_at IS NULL
"""
_AUTHENTICATE = _NAMED + _FRESH + _FITS + _NOTED
_ENROL = _BROUGHT + _FRESH + _ENROLS + _NOTED
Connection = AsyncConnection[Any]


@dataclass(frozen=True)
class Arriving:
    """A device on its way in. ``fingerprint``: of its certificate, proven to be of ours."""

    fingerprint: bytes
    at: datetime


@dataclass(frozen=True)
class Naming(Arriving):
    """It names itself; ``facts``: what it said of itself with that."""

    hardware: Hardware
    facts: Mapping[str, Fact]


@dataclass(frozen=True)
class Bringing(Arriving):
    """It brings its push address, for the enrolment that its certificate names."""

    enrolment_id: UUID
    external_id: str
    address: PushAddress


async def authenticate(connection: Connection, arriving: Sequence[Naming]) -> list[bool]:
    """Bind fresh enrolments to their hardware (G-10); whether each was the plain case."""
    return await _done(
        connection,
        _AUTHENTICATE,
        arriving,
        external_ids=[item.hardware.external_id for item in arriving],
        serials=[item.hardware.serial for item in arriving],
        facts=[_json(item.facts) for item in arriving],
        step="authenticated",
    )


async def enrol(connection: Connection, arriving: Sequence[Bringing]) -> list[bool]:
    """Take the first push addresses of enrolments (G-10); whether each was the plain case.

    The commit of the connection waits for the disk, as a device does not say this twice.
    """
    try:
        return await _done(
            connection,
            _ENROL,
            arriving,
            external_ids=[item.external_id for item in arriving],
            named=[item.enrolment_id for item in arriving],
            topics=[item.address.topic for item in arriving],
            tokens=[_sealed(item, "push-token", item.address.token) for item in arriving],
            magics=[_sealed(item, "push-magic", item.address.magic) for item in arriving],
            unlocks=[_sealed(item, "unlock-token", item.address.unlock_token) for item in arriving],
            facts=[_json({})] * len(arriving),
            step="enrolled",
        )
    except IntegrityError:
        if len(arriving) > 1:
            raise  # each is tried by itself
        return [False]  # enrolled at the same instant under another name: no plain case


def _sealed(item: Bringing, field: str, plain: bytes) -> bytes | None:
    return vault.seal(plain, place=place_of(item.enrolment_id, field)) if plain else None


def _json(facts: Mapping[str, Fact]) -> Jsonb:
    return Jsonb({key: [fact.value, fact.source] for key, fact in facts.items()})


async def is_fresh(connection: Connection, fingerprint: bytes) -> bool:
    """Whether an enrolled device uses this certificate for the first time.

    The first certificate of a device is noted as used when it authenticates.
    """
    cursor = await connection.execute(_IS_FRESH, [fingerprint])
    return await cursor.fetchone() is not None


async def is_brought(connection: Connection, fingerprint: bytes) -> bool:
    """Whether a certificate was pinned when its enrolment was brought from another server."""
    cursor = await connection.execute(IS_BROUGHT, [fingerprint])
    return await cursor.fetchone() is not None


async def _done(
    connection: Connection, statement: str, arriving: Sequence[Arriving], **values: Any
) -> list[bool]:
    values |= {
        "fingerprints": [item.fingerprint for item in arriving],
        "notes": [new_id() for _ in arriving],
        "at": max(item.at for item in arriving),
    }
    cursor = await connection.execute(statement, values)
    places = {place for (place,) in await cursor.fetchall()}
    return [number + 1 in places for number in range(len(arriving))]
