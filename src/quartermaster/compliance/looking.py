"""Which devices are to be evaluated anew, and of which the last answer stands.

The stamp of a device is a digest of everything that its evaluation looks at. While it is the same,
and time alone can change nothing yet, an evaluation would say the same again.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

import quartermaster
from quartermaster.compliance.subjects import Reader, clauses_held, lying_on
from quartermaster.inventory.models import Device
from quartermaster.mdm.driver import is_managed
from quartermaster.mdm.known import Stamp, stamps_of
from quartermaster.mdm.sealing import active_certificate
from quartermaster.policy.queries import Standing
from quartermaster.policy.requirements.parsing import plain_settings
from quartermaster.records.rules.capture import Lying

SIZE = 16
LONGEST = timedelta(days=1)  # whatever the stamp says: once a day every device is evaluated


class Row(NamedTuple):
    """A device and its holder, as far as an evaluation looks at them."""

    id: UUID
    department_id: UUID
    ownership: str
    platform: str
    status: str
    holder_id: UUID | None
    holder_department: UUID | None
    standing: str | None
    separated_on: Any


_COLUMNS = (
    "id",
    "department_id",
    "ownership",
    "platform",
    "status",
    "holder_id",
    "holder__department_id",
    "holder__standing",
    "holder__separated_on",
)


def _digest(value: Any) -> str:
    return blake2b(repr(value).encode(), digest_size=SIZE).hexdigest()


@lru_cache(maxsize=1)
def _of_the_code() -> str:
    """Another release may judge otherwise: with it, everything is evaluated anew."""
    found = blake2b(digest_size=SIZE)
    for path in sorted(Path(quartermaster.__file__).parent.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


class Stamps:
    """Makes the stamps of devices, for one instant."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._common = _digest(self._of_all())
        self._groups: dict[tuple[Any, ...], str] = {}

    def of(self, device_ids: Collection[UUID]) -> dict[UUID, str]:
        """The stamp of each device, enrolled or not; nothing where there is no such device."""
        rows = [
            Row(*values)
            for values in Device.objects.filter(id__in=device_ids).values_list(*_COLUMNS)
        ]
        known = stamps_of([row.id for row in rows])
        asked = self.reader.acknowledged.of({row.holder_id for row in rows if row.holder_id})
        lying = lying_on((row.holder_id, row.id) for row in rows)
        return {row.id: self._one(row, known.get(row.id), asked, lying.get(row.id)) for row in rows}

    def _one(
        self,
        row: Row,
        known: Stamp | None,
        asked: Mapping[UUID, Standing],
        lying: Lying | None,
    ) -> str:
        if known is None or not is_managed(row.platform):
            return _digest("not managed")
        asking = asked.get(row.holder_id) if row.holder_id else None
        told = (asking.bound, asking.acknowledged_at, asking.due_at) if asking else None
        seen = self._seen(row, known.last_seen_at)
        return _digest((self._group(row), row[4:], known.record, known.facts, told, seen, lying))

    def _seen(self, row: Row, last_seen_at: datetime | None) -> datetime | bool | None:
        """When it was last seen, only where that is an answer: it changes with each poll."""
        stated = self.reader.stated(row.department_id, row.ownership).requirements
        hours = stated.check_in_within_hours
        if last_seen_at is None or hours is None:
            return None
        in_time = self.reader.at <= last_seen_at + timedelta(hours=hours)
        return in_time or last_seen_at

    def _group(self, row: Row) -> str:
        """What holds for all devices of the same place, kind and exceptions."""
        waivers = self.reader.waivers.of(row.department_id, row.holder_id, row.id)
        held = tuple(sorted((name, str(item.exception_id)) for name, item in waivers.items()))
        key = (row.department_id, row.ownership, row.platform, held)
        if key not in self._groups:
            self._groups[key] = _digest((self._common, *key, *self._of_group(row, waivers)))
        return self._groups[key]

    def _of_group(self, row: Row, waivers: Mapping[str, Any]) -> tuple[Any, ...]:
        reader, place = self.reader, row.department_id
        stated = reader.stated(place, row.ownership).requirements
        wanted = reader.relaxed(place, row.ownership, waivers).requirements
        held = clauses_held(reader.book, place)
        return (
            _plain(stated.asked()),
            _plain(wanted.asked()),
            None if held is None else sorted(held),
            sorted(reader.compiler.deliverable(wanted.required_software, row.platform)),
            reader.compiler.setting_since(place, row.ownership, row.platform),
        )

    def _of_all(self) -> tuple[Any, ...]:
        reader = self.reader
        version = reader.acknowledged.version
        return (
            _of_the_code(),
            settings.DEVICES_URL,
            settings.CITY,
            repr(settings.ACCOUNTS),
            salted_hmac("quartermaster.compliance.look", "", algorithm="sha256").hexdigest(),
            (version.id, version.number) if version else None,
            sorted((str(item.id), str(item.parent_id)) for item in reader.book.places.values()),
            sorted(repr(row) for row in reader.decisions.rows),
            sorted(repr(item) for item in reader.support.items()),
            active_certificate(),
        )


def _plain(asked: Mapping[str, Any]) -> str:
    return json.dumps(plain_settings(asked), sort_keys=True, default=str)


_TOUCH = """
    UPDATE compliance_look look SET looked_at = %(at)s
    FROM (
        SELECT held.device_id FROM compliance_look held
        JOIN unnest(%(ids)s::uuid[], %(stamps)s::text[]) AS asked (id, stamp)
            ON asked.id = held.device_id
        WHERE held.stamp = asked.stamp AND held.looked_at <= %(at)s AND held.stands_until > %(at)s
        ORDER BY held.device_id
        FOR NO KEY UPDATE OF held SKIP LOCKED
    ) stands
    WHERE look.device_id = stands.device_id
    RETURNING look.device_id
"""


def touch_what_stands(stamps: Mapping[UUID, str], at: datetime) -> frozenset[UUID]:
    """Note that one looked at those whose last answer stands; which they are."""
    if not stamps:
        return frozenset()
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"at": at, "ids": list(stamps), "stamps": list(stamps.values())}
        cursor.execute(_TOUCH, asked)
        return frozenset(row[0] for row in cursor.fetchall())
