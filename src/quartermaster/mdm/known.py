"""What is on record of many enrolled devices, in one statement; and a stamp of it, in another.

A stamp tells whether anything was written since, without reading what: of a fact it holds the
version of its row (``xmin`` and ``ctid``, which every write changes). When a device was last seen
is no part of it: that changes with each poll.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from quartermaster.mdm.driver import Holder
from quartermaster.mdm.posture import LAST_SEEN, SOFTWARE, Fact
from quartermaster.mdm.software import OWED
from quartermaster.mdm.states import INSTALL, OPEN_COMMANDS


@dataclass(frozen=True)
class Managed:
    """What the house has on record of an enrolled device, and what the device told."""

    enrolment_id: UUID
    enrolled_at: datetime
    way: str
    holder: Holder
    former_profile: str = ""
    consented_at: datetime | None = None
    waiting: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    certificate_until: datetime | None = None
    woken_at: datetime | None = None
    cannot_be_woken_since: datetime | None = None
    owed_software: bool = False
    posture: Mapping[str, Fact] = field(default_factory=dict)


class Stamp(NamedTuple):
    """What changes when something is written about a device, and when it was last seen."""

    record: int
    facts: int | None
    last_seen_at: datetime | None


def _words(values: Collection[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


_RECORD = f"""
    FROM mdm_enrolment enrolment
    JOIN org_person person ON person.id = enrolment.person_id
    LEFT JOIN mdm_invitation invitation ON invitation.id = enrolment.invitation_id
    LEFT JOIN mdm_wake wake ON wake.enrolment_id = enrolment.id
    CROSS JOIN LATERAL (SELECT
        enrolment.id,
        enrolment.enrolled_at,
        enrolment.way,
        person.given_name || ' ' || person.family_name AS name,
        person.email,
        enrolment.former_terms->>'identifier' AS former,
        invitation.consented_at,
        (SELECT array_agg(DISTINCT substr(command.key, {len(INSTALL) + 1}))
            FROM mdm_command command
            WHERE command.enrolment_id = enrolment.id AND command.state IN ({_words(OPEN_COMMANDS)})
                AND starts_with(command.key, '{INSTALL}')) AS waiting,
        (SELECT json_object_agg(declared.identifier, declared.reasons ORDER BY declared.section)
            FROM mdm_declaredstate declared
            WHERE declared.enrolment_id = enrolment.id AND declared.valid = 'invalid'
        )::text AS refused,
        (SELECT max(coalesce(certificate.revoked_at, certificate.expires_at))
            FROM mdm_certificate certificate
            WHERE certificate.enrolment_id = enrolment.id) AS certificate_until,
        wake.woken_at,
        wake.cannot_since,
        EXISTS (SELECT FROM mdm_devicesoftware software
            WHERE software.device_id = enrolment.device_id AND software.origin = 'policy'
                AND software.state IN ({_words(OWED)})) AS owed
    ) record
    WHERE enrolment.state = 'enrolled' AND enrolment.device_id = ANY(%s)
"""  # noqa: S608 (the words are the house's own states)
_READ = f"""
    SELECT enrolment.device_id, enrolment.last_seen_at, record.*,
        (SELECT json_object_agg(fact.key, json_build_array(
                CASE WHEN fact.key <> '{SOFTWARE}' THEN fact.value END,
                fact.source, fact.observed_at))
            FROM mdm_storedfact fact WHERE fact.device_id = enrolment.device_id)::text,
        (SELECT fact.value::text FROM mdm_storedfact fact
            WHERE fact.device_id = enrolment.device_id AND fact.key = '{SOFTWARE}')
    {_RECORD}
"""  # noqa: S608
_STAMP = f"""
    SELECT enrolment.device_id,
        hashtextextended(record::text, 0),
        (SELECT bit_xor(hashtextextended(fact.key || fact.xmin::text || fact.ctid::text, 0))
            FROM mdm_storedfact fact WHERE fact.device_id = enrolment.device_id),
        enrolment.last_seen_at
    {_RECORD}
"""  # noqa: S608


def managed_now(device_ids: Collection[UUID]) -> dict[UUID, Managed]:
    """The records of those devices that are enrolled, by device.

    Devices that told the same list of software share one list: it is most of what is read.
    """
    lists: dict[str, Any] = {}
    return {row[0]: _managed(lists, *row[1:]) for row in _rows(_READ, device_ids)}


def stamps_of(device_ids: Collection[UUID]) -> dict[UUID, Stamp]:
    """The stamps of those devices that are enrolled, by device."""
    return {row[0]: Stamp(*row[1:]) for row in _rows(_STAMP, device_ids)}


def _rows(text: str, device_ids: Collection[UUID]) -> Iterator[tuple[Any, ...]]:
    if not device_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(text, [list(device_ids)])
        yield from cursor.fetchall()


def _managed(lists: dict[str, Any], last_seen_at: datetime | None, *columns: Any) -> Managed:
    (key, enrolled_at, way, name, email, former, consented_at, waiting, refused, *rest) = columns
    certificate_until, woken_at, cannot_since, owed, facts, software = rest
    if software is not None and software not in lists:
        lists[software] = json.loads(software)
    return Managed(
        enrolment_id=key,
        enrolled_at=enrolled_at,
        way=way,
        holder=Holder(name, email),
        former_profile=former or "",
        consented_at=consented_at,
        waiting=frozenset(waiting or ()),
        refused={name: why(said) for name, said in json.loads(refused or "{}").items()},
        certificate_until=certificate_until,
        woken_at=woken_at,
        cannot_be_woken_since=cannot_since,
        owed_software=owed,
        posture=_posture(facts, lists.get(software), last_seen_at),
    )


def why(reasons: Collection[str]) -> str:
    """Why a device refused a declaration, in its own words."""
    return " ".join(reasons) or "It gave no reason."


def _posture(facts: str | None, software: Any, last_seen_at: datetime | None) -> dict[str, Fact]:
    found = {
        key: Fact(
            software if key == SOFTWARE else value, source, datetime.fromisoformat(observed_at)
        )
        for key, (value, source, observed_at) in json.loads(facts or "{}").items()
    }
    if last_seen_at is not None:
        found[LAST_SEEN] = Fact(last_seen_at.isoformat(), "check-in", last_seen_at)
    return found
