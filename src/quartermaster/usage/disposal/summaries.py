"""Summaries of lines under the schedule: reviewed, held and certified as records are."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from quartermaster.jobs.acts import Act
from quartermaster.records.actions.retention import put_under
from quartermaster.records.disposables import Disposable, Facts
from quartermaster.records.holds import live_keepers
from quartermaster.records.models import DisposalEntry
from quartermaster.usage.disposal import holding
from quartermaster.usage.disposal.common import label_of, not_yet_under, put_on_record
from quartermaster.usage.models import DisposalKind, LineUsage, UsageCycle

KIND = "usage.summary"
_FIGURES = (
    "number",
    "department_id",
    "holder_id",
    "days",
    "seconds",
    "messages",
    "kilobytes",
    "cost_cents",
)


def keep_summaries(doing: Act, limit: int) -> int:
    """Put the summaries of cycles under the schedule that are not yet; how many (G-9, C-2)."""
    rows = UsageCycle.objects.filter(summaries_disposed_at=None)
    found = not_yet_under(rows, KIND, "cycle_until", limit)
    for cycle in found:
        put_under(
            kind=KIND,
            subject_id=cycle.id,
            label=label_of(cycle),
            source=KIND,
            made_on=cycle.cycle_until,
            doing=doing,
        )
    return len(found)


def kept(cycle_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Which must stay: for somebody under a hold who had a line, or for an open request (G-2)."""
    held = live_keepers().values("person_id")
    found: dict[UUID, str] = {}
    for cycle in UsageCycle.objects.filter(id__in=cycle_ids):
        days = cycle.cycle_from, cycle.cycle_until
        numbers = holding.held_numbers(*days)
        rows = LineUsage.objects.filter(Q(holder__in=held) | Q(number__in=numbers), cycle=cycle)
        if said := holding.reached(*days, at):
            found[cycle.id] = said
        elif rows.exists():
            found[cycle.id] = holding.HELD
    return found


def facts_of(cycle_id: UUID) -> Facts:
    """The digest of what the summaries of a cycle say; the name tells no account and no number."""
    rows = LineUsage.objects.filter(cycle=cycle_id).order_by("number", "department_id", "holder_id")
    said = [[str(value) for value in row] for row in rows.values_list(*_FIGURES)]
    written = json.dumps(said, separators=(",", ":"))
    return Facts(f"usage/{cycle_id}", hashlib.sha256(written.encode()).hexdigest())


def destroy_summaries(cycle_id: UUID, entry: DisposalEntry, doing: Act) -> None:
    """Destroy the summaries of a cycle, on record beside those of its detail (G-9, C-2)."""
    cycle = UsageCycle.objects.select_for_update().get(id=cycle_id)
    rows = LineUsage.objects.filter(cycle=cycle)
    count = rows.count()
    rows.delete()
    UsageCycle.objects.filter(id=cycle.id, summaries_disposed_at=None).update(
        summaries_disposed_at=doing.at
    )
    put_on_record(cycle, DisposalKind.SUMMARIES, entry, doing, rows=count)


SUMMARIES = Disposable(
    kind=KIND,
    title="Usage summaries",
    kept=kept,
    facts=facts_of,
    end=destroy_summaries,
    sources=((KIND, "Usage summaries by line and month, and what was mailed of them"),),
)
