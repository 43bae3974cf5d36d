"""The hot path: one statement for the requests that devices make at the same instant.

It finds each enrolment by its certificate, notes that the device was seen (at most every half
minute), keeps the answer that the device brought, takes the next command and marks it sent.
``SKIP LOCKED`` keeps two connections of one device from taking the same command; the condition on
the state keeps an answer from being recorded twice. What an answer says is learned afterwards
(`quartermaster.mdm.actions.learning`): the row itself says that this is still to be done.

Most polls find nothing. They are told so by a first look that writes nothing and locks nothing.
Which requests share a statement, `quartermaster.mdm.desk` decides; a request knows nothing of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from quartermaster.mdm.states import COMMAND

_OVER = "(e.state = 'ended' OR c.revoked_at IS NOT NULL OR c.expires_at <= %(at)s)"
_FRESH = "(c.first_used_at IS NULL AND c.revoked_at IS NULL AND e.state = 'enrolled')"
_LOOK = f"""
SELECT c.fingerprint, e.id, {_OVER}, e.external_id, {_FRESH},
       (e.last_seen_at IS NULL OR e.last_seen_at < %(at)s - interval '30 seconds'
        OR waiting.id IS NOT NULL)
FROM mdm_certificate c JOIN mdm_enrolment e ON e.id = c.enrolment_id
LEFT JOIN LATERAL (SELECT m.id FROM mdm_command m WHERE m.enrolment_id = e.id
                   AND m.state IN ('queued', 'sent', 'deferred') LIMIT 1) waiting ON true
WHERE c.fingerprint = ANY(%(fingerprints)b)
"""  # noqa: S608 (nothing but what stands above)
_CALLED = """
WITH called AS (
    SELECT *, NULL::uuid AS command, NULL::text AS outcome
    FROM unnest(%(fingerprints)b::bytea[], %(names)s::text[], %(channels)s::uuid[])
         WITH ORDINALITY AS c(fingerprint, named, channel, place)
), """
_SAID = """
WITH called AS (
    SELECT * FROM unnest(%(fingerprints)b::bytea[], %(names)s::text[], %(channels)s::uuid[],
                         %(commands)s::uuid[], %(outcomes)s::text[], %(answers)b::bytea[],
                         %(errors)s::text[])
                  WITH ORDINALITY AS c(fingerprint, named, channel, command, outcome, answer,
                                       error, place)
), """
_PINNED = f"""pinned AS (
    SELECT called.*, e.id, e.state, e.last_seen_at,
           {_OVER} AS over, {_FRESH} AS fresh, e.external_id = called.named AS own,
           called.outcome IS NULL AS idle
    FROM called JOIN mdm_certificate c ON c.fingerprint = called.fingerprint
    JOIN mdm_enrolment e ON e.id = c.enrolment_id
), seen AS (
    UPDATE mdm_enrolment SET last_seen_at = %(at)s
    FROM pinned
    WHERE mdm_enrolment.id = pinned.id AND NOT pinned.over AND pinned.own
      AND (pinned.last_seen_at IS NULL OR pinned.last_seen_at < %(at)s - interval '30 seconds')
)"""  # noqa: S608 (nothing but what stands above)
_TAKES = " OR ".join(
    f"(pinned.outcome = '{step.target}' AND m.state IN"
    f" ({', '.join(sorted(repr(str(source)) for source in step.sources))}))"
    for step in (COMMAND.transitions[verb] for verb in ("acknowledge", "fail", "defer"))
)
_KEPT = f""", kept AS (
    UPDATE mdm_command m SET state = pinned.outcome, answer = pinned.answer, error = pinned.error,
           answered_at = final.at, learn_due_at = final.at, learn_attempts = 0,
           deferred_at = COALESCE(m.deferred_at,
                                  CASE WHEN pinned.outcome = 'deferred' THEN %(at)s END)
    FROM pinned CROSS JOIN LATERAL
         (SELECT CASE WHEN pinned.outcome <> 'deferred' THEN %(at)s END AS at) final
    WHERE m.id = pinned.command AND m.enrolment_id = pinned.id AND NOT pinned.over AND pinned.own
      AND m.user_channel_id IS NOT DISTINCT FROM pinned.channel AND ({_TAKES})
    RETURNING pinned.place
)"""  # noqa: S608 (nothing but what stands above)
_NOTHING_KEPT = ", kept AS (SELECT NULL::bigint AS place WHERE false)"
_NEXT = """, following AS (
    SELECT p.place, next.id FROM pinned p CROSS JOIN LATERAL (
        SELECT m.id FROM mdm_command m
        WHERE m.enrolment_id = p.id AND m.user_channel_id IS NOT DISTINCT FROM p.channel
          AND m.expires_at > %(at)s AND m.id IS DISTINCT FROM p.command
          AND m.state IN ('queued', 'sent', 'deferred')
          AND (m.state = 'queued'
               OR (m.state = 'deferred'
                   AND (p.idle OR m.sent_at < %(at)s - interval '30 seconds'))
               OR (m.state = 'sent' AND p.idle AND m.sent_at < %(at)s - interval '30 seconds'))
        ORDER BY m.queued_at, m.id
        LIMIT 1
        FOR UPDATE OF m SKIP LOCKED
    ) next
    WHERE p.state = 'enrolled' AND NOT p.over AND p.own
), sent AS (
    UPDATE mdm_command SET state = 'sent', sent_at = %(at)s, attempts = attempts + 1
    FROM following WHERE mdm_command.id = following.id
    RETURNING following.place, mdm_command.id, mdm_command.payload, mdm_command.sealed
)
SELECT pinned.place, pinned.id, pinned.over, NOT pinned.own, pinned.fresh,
       sent.id, sent.payload, sent.sealed, kept.place IS NOT NULL
FROM pinned LEFT JOIN sent ON sent.place = pinned.place LEFT JOIN kept ON kept.place = pinned.place
"""
_POLL = _CALLED + _PINNED + _NOTHING_KEPT + _NEXT
_ANSWER = _SAID + _PINNED + _KEPT + _NEXT


class Outcome(StrEnum):
    """How a device answered, in the house's words: the verb of the command's transition."""

    ACKNOWLEDGED = "acknowledge"
    FAILED = "fail"
    NOT_NOW = "defer"


_TARGETS = {outcome: COMMAND.transitions[outcome.value].target.value for outcome in Outcome}


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
class Call:
    """One request of a device on the command channel.

    ``fingerprint``: SHA-256 of the certificate, already checked to be of our authority.
    ``external_id``: what the device calls itself; must be what it enrolled as.
    ``answered``: what it says to an earlier command, kept in the same statement. None: it is at
    the beginning of a session, so deferred and lost commands are offered again; later in it, only
    what was deferred in an earlier session.
    ``channel``: of a user of the device (`user_channel`); None: the device's own, which never gets
    what waits for a user.
    """

    fingerprint: bytes
    external_id: str
    at: datetime
    answered: Answered | None = None
    channel: UUID | None = None


@dataclass(frozen=True)
class Polled:
    """What a poll found. ``over``: the enrolment ended; ``wrong``: another device's certificate.

    ``sealed``: the payload is to be opened before it is sent.
    ``kept``: the answer that came with it was taken by a command that waited for it.
    ``fresh``: an enrolled device uses this certificate for the first time.
    """

    enrolment_id: UUID
    over: bool
    wrong: bool
    fresh: bool
    command_id: UUID | None = None
    payload: bytes = b""
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


def brings_answers(calls: Sequence[Call]) -> bool:
    """Whether one of the calls brings what must be on the disk before its device has a reply."""
    return any(call.answered is not None for call in calls)


async def poll(connection: AsyncConnection[Any], calls: Sequence[Call]) -> list[Polled | None]:
    """The next command of each device that calls, in the order of the calls (G-10).

    None: there is no such certificate. Where one of them brings an answer, the connection must be
    one whose commits wait for the disk.
    """
    at = max(call.at for call in calls)
    if brings_answers(calls):
        return await _taken(connection, _ANSWER, calls, at, _of(calls))
    looked = await _looked(connection, calls, at)
    found = [looked.get(call.fingerprint) for call in calls]
    polled = [item and _nothing(call, item) for call, item in zip(calls, found, strict=True)]
    due = [place for place, item in enumerate(found) if item and _is_due(calls[place], item)]
    if due:
        taken = await _taken(connection, _POLL, [calls[place] for place in due], at, {})
        for place, item in zip(due, taken, strict=True):
            polled[place] = item
    return polled


Looked = tuple[UUID, bool, str, bool, bool]  # enrolment, over, its name, fresh, due


async def _looked(
    connection: AsyncConnection[Any], calls: Sequence[Call], at: datetime
) -> dict[bytes, Looked]:
    values = {"fingerprints": [call.fingerprint for call in calls], "at": at}
    cursor = await connection.execute(_LOOK, values, binary=True)
    return {row[0]: row[1:] for row in await cursor.fetchall()}


def _nothing(call: Call, found: Looked) -> Polled:
    enrolment_id, over, known_as, fresh, _ = found
    return Polled(enrolment_id, over, known_as != call.external_id, fresh)


def _is_due(call: Call, found: Looked) -> bool:
    _, over, known_as, _, due = found
    return due and not over and known_as == call.external_id


async def _taken(
    connection: AsyncConnection[Any],
    statement: str,
    calls: Sequence[Call],
    at: datetime,
    more: Mapping[str, Any],
) -> list[Polled | None]:
    values = {
        "fingerprints": [call.fingerprint for call in calls],
        "names": [call.external_id for call in calls],
        "channels": [call.channel for call in calls],
        "at": at,
        **more,
    }
    cursor = await connection.execute(statement, values, binary=True)
    found: list[Polled | None] = [None] * len(calls)
    for place, key, over, wrong, fresh, command, payload, sealed, kept in await cursor.fetchall():
        found[place - 1] = Polled(
            key, over, wrong, fresh, command, payload or b"", bool(sealed), kept
        )
    return found


def _of(calls: Sequence[Call]) -> dict[str, Any]:
    said = [call.answered for call in calls]
    return {
        "commands": [item and uuid_of(item.command_uuid) for item in said],
        "outcomes": [item and _TARGETS[item.outcome] for item in said],
        "answers": [item and item.raw for item in said],
        "errors": [item and item.error[:500] for item in said],
    }


def uuid_of(text: str) -> UUID | None:
    """A command's UUID as a device gives it back; None for what is none of ours."""
    try:
        return UUID(text)
    except ValueError:
        return None
