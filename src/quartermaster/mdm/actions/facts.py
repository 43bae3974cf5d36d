"""Keeping facts: the newest observation wins, whatever order the answers come in."""

import json
from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from quartermaster.mdm.posture import Fact

_UPSERT = """
INSERT INTO mdm_storedfact (device_id, key, value, source, observed_at)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (device_id, key) DO UPDATE
SET value = EXCLUDED.value, source = EXCLUDED.source, observed_at = EXCLUDED.observed_at
WHERE mdm_storedfact.observed_at <= EXCLUDED.observed_at
"""


def keep_facts(device_id: UUID, facts: Mapping[str, Fact]) -> None:
    """Write facts about a device; an older observation never replaces a newer one."""
    rows = [
        (device_id, key, json.dumps(fact.value), fact.source, fact.observed_at)
        for key, fact in sorted(facts.items())
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, rows)
