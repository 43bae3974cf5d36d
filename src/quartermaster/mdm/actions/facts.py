"""Keeping facts: the newest observation wins, whatever order the answers come in."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from quartermaster.mdm.models import StoredFact
from quartermaster.mdm.posture import DECISIVE, Fact

_UPSERT = """
INSERT INTO mdm_storedfact (device_id, key, value, source, observed_at)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (device_id, key) DO UPDATE
SET value = EXCLUDED.value, source = EXCLUDED.source, observed_at = EXCLUDED.observed_at
WHERE mdm_storedfact.observed_at <= EXCLUDED.observed_at
"""


def keep_facts(device_id: UUID, facts: Mapping[str, Fact]) -> bool:
    """Write facts about a device; an older observation never replaces a newer one.

    Whether one of them changed by which it is decided what the device gets.
    """
    decisive = DECISIVE & facts.keys()
    before = _values(device_id, decisive)
    rows = [
        (device_id, key, json.dumps(fact.value), fact.source, fact.observed_at)
        for key, fact in sorted(facts.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, rows)
    return any((before.get(key) or None) != (facts[key].value or None) for key in decisive)


def _values(device_id: UUID, keys: frozenset[str]) -> dict[str, Any]:
    if not keys:
        return {}
    rows = StoredFact.objects.filter(device_id=device_id, key__in=keys)
    return dict(rows.values_list("key", "value"))
