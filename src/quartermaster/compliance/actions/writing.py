"""Writing outcomes: only those that say something else than before, in a few statements.

What was said last is kept as a digest of each outcome (`Look.said`), so that outcomes are not read
to find out what changed; what many devices have in common is sent to the database once.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from quartermaster.compliance.models import Evaluation, Look
from quartermaster.compliance.rules.outcome import Result

SEEN = (
    "check",
    "title",
    "clause",
    "state",
    "severity",
    "expected",
    "observed",
    "remedy",
    "source",
    "answerable",
)
LENGTHS = {"expected": 500, "observed": 500, "remedy": 300}
_seen: Callable[[Result], tuple[Any, ...]] = attrgetter(*SEEN)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta.resolution
_UPSERT = """
    INSERT INTO compliance_evaluation AS known (device_id, check_name, title, clause, state,
        severity, expected, observed, remedy, source, answerable, observed_at, since, evaluated_at)
    SELECT said.device_id, words."check", words.title, words.clause, words.state, words.severity,
        words.expected, words.observed, words.remedy, words.source, words.answerable,
        said.observed_at, %(at)s, %(at)s
    FROM (
        SELECT (%(devices)s::uuid[])[device] AS device_id, number,
            '1970-01-01Z'::timestamptz + observed * interval '1 microsecond' AS observed_at
        FROM unnest(%(rows)s::int[], %(numbers)s::int[], %(observed)s::bigint[])
            AS row (device, number, observed)
    ) said
    JOIN json_to_recordset(%(words)s) AS words (number int, "check" text, title text, clause text,
        state text, severity text, expected text, observed text, remedy text, source text,
        answerable boolean) ON words.number = said.number
    ON CONFLICT (device_id, check_name) DO UPDATE SET
        (title, clause, state, severity, expected, observed, remedy, source, answerable,
            observed_at, evaluated_at)
        = ROW (EXCLUDED.title, EXCLUDED.clause, EXCLUDED.state, EXCLUDED.severity,
            EXCLUDED.expected, EXCLUDED.observed, EXCLUDED.remedy, EXCLUDED.source,
            EXCLUDED.answerable, EXCLUDED.observed_at, EXCLUDED.evaluated_at),
        since = CASE WHEN known.state = EXCLUDED.state THEN known.since ELSE EXCLUDED.since END
"""
_DELETE = """
    DELETE FROM compliance_evaluation known
    USING unnest(%s::uuid[], %s::text[]) AS gone (device_id, check_name)
    WHERE known.device_id = gone.device_id AND known.check_name = gone.check_name
"""
_LOOK = """
    INSERT INTO compliance_look (device_id, looked_at, stands_until, stamp, said)
    SELECT device_id, %s, stands_until, stamp, said
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::text[])
        AS look (device_id, stands_until, stamp, said)
    ON CONFLICT (device_id) DO UPDATE SET looked_at = EXCLUDED.looked_at,
        stands_until = EXCLUDED.stands_until, stamp = EXCLUDED.stamp, said = EXCLUDED.said
"""


class _Words:
    """What outcomes say but for the instant, each once: its number and its digest."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], tuple[int, str]] = {}
        self.rows: list[dict[str, Any]] = []

    def of(self, result: Result) -> tuple[int, str]:
        key = _seen(result)
        if key not in self._known:
            row = dict(zip(SEEN, key, strict=True))
            for name, longest in LENGTHS.items():
                row[name] = row[name][:longest]
            digest = blake2b(json.dumps(row).encode(), digest_size=8).hexdigest()
            self._known[key] = len(self.rows), digest
            self.rows.append(row | {"number": len(self.rows)})
        return self._known[key]


@dataclass
class _Changes:
    """What is to be written: columns of what is new or otherwise, and what is gone."""

    devices: list[UUID] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)  # whose, as a place in ``devices``
    numbers: list[int] = field(default_factory=list)  # in what words
    observed: list[int | None] = field(default_factory=list)  # microseconds since 1970
    gone: list[tuple[UUID, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Said:
    """What is said of a device, until when it stands, and by what."""

    device_id: UUID
    results: Sequence[Result]
    stands_until: datetime
    stamp: str


def write(said: Sequence[Said], at: datetime) -> None:
    """Keep what is said of devices. The caller holds them."""
    before = _said_before([item.device_id for item in said])
    words, changes, looks = _Words(), _Changes(), []
    for item in said:
        digests = _compare(item, before[item.device_id], words, changes)
        now = " ".join(f"{name}={digest}" for name, digest in digests.items())
        looks.append((item.device_id, item.stands_until, item.stamp, now))
    with connection.cursor() as cursor:
        if changes.gone:
            cursor.execute(_DELETE, [list(column) for column in zip(*changes.gone, strict=True)])
        if changes.rows:
            cursor.execute(_UPSERT, _columns(changes, words, at))
        if looks:
            ids, until, stamps, texts = zip(*looks, strict=True)
            columns: list[Any] = [
                array(key.hex for key in ids),
                list(until),
                array(stamps),
                list(texts),
            ]
            cursor.execute(_LOOK, [at, *columns])


def _compare(
    item: Said, before: Mapping[str, str], words: _Words, changes: _Changes
) -> dict[str, str]:
    """Note what changed; the digests as they are now."""
    now: dict[str, str] = {}
    changes.devices.append(item.device_id)
    place = len(changes.devices)
    for result in item.results:
        number, digest = words.of(result)
        observed = None
        if result.observed_at is not None:
            observed = (result.observed_at - _EPOCH) // _MICROSECOND
            digest = f"{digest}@{observed:x}"
        now[result.check] = digest
        if before.get(result.check) != digest:
            changes.rows.append(place)
            changes.numbers.append(number)
            changes.observed.append(observed)
    changes.gone += [(item.device_id, name) for name in before if name not in now]
    return now


def _columns(changes: _Changes, words: _Words, at: datetime) -> dict[str, Any]:
    wanted = set(changes.numbers)
    return {
        "at": at,
        "devices": array(key.hex for key in changes.devices),
        "rows": array(changes.rows),
        "numbers": array(changes.numbers),
        "observed": array("NULL" if item is None else item for item in changes.observed),
        "words": json.dumps([row for row in words.rows if row["number"] in wanted]),
    }


def array(values: Iterable[str | int]) -> str:
    """As the database reads an array of plain words and numbers: made in no time."""
    return f"{{{','.join(map(str, values))}}}"


def _said_before(device_ids: Sequence[UUID]) -> dict[UUID, dict[str, str]]:
    """By device and check, the digest of what was said; of outcomes without a look, none."""
    found = {
        device_id: dict(one.split("=") for one in said.split())
        for device_id, said in Look.objects.filter(device_id__in=device_ids).values_list(
            "device_id", "said"
        )
    }
    unseen = [device_id for device_id in device_ids if device_id not in found]
    if unseen:
        found |= _without_digest(unseen)
    return found


def _without_digest(device_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    found: dict[UUID, dict[str, str]] = {device_id: {} for device_id in device_ids}
    rows = Evaluation.objects.filter(device_id__in=found)
    for device_id, name in rows.values_list("device_id", "check_name"):
        found[device_id][name] = ""
    return found
