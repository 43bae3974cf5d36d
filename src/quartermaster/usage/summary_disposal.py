"""Summaries of lines under the retention schedule: reviewed, held and certified as records are."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from quartermaster.inventory.models import CustodyPeriod
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.policy.rules.versions import day_begins
from quartermaster.records.actions.retention import put_under
from quartermaster.records.disposables import Disposable, Facts
from quartermaster.records.holds import live_keepers
from quartermaster.records.models import DisposalEntry, Retained
from quartermaster.usage.models import Disposal, DisposalKind, LineUsage, UsageCycle
from quartermaster.usage.summary_permits import SUMMARY_MAKE

KIND = "usage.summary"
HELD = "Somebody under a legal hold had one of its lines."
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


def keep_cycles(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Put the summaries of cycles under retention that are not yet; how many (G-9, C-2)."""
    require(actor, SUMMARY_MAKE)
    known = Retained.objects.filter(kind=KIND).values("subject_id")
    rows = UsageCycle.objects.filter(summaries_disposed_at=None).exclude(id__in=known)
    found = list(rows.order_by("cycle_until", "id")[:limit])
    if not found:
        return 0
    with act(actor, at) as doing:
        for cycle in found:
            put_under(
                kind=KIND,
                subject_id=cycle.id,
                label=f"{cycle}"[:120],
                source=KIND,
                made_on=cycle.cycle_until,
                not_before=cycle.summary_until + timedelta(days=1),
                doing=doing,
            )
        doing.record_about("usage.summaries.under-retention", KIND, "", count=len(found))
    return len(found)


def kept(cycle_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:  # noqa: ARG001 (a check)
    """Which cycles must stay: somebody under a hold had a line in them (G-2)."""
    held = live_keepers().values("person_id")
    found: dict[UUID, str] = {}
    for cycle in UsageCycle.objects.filter(id__in=cycle_ids):
        rows = LineUsage.objects.filter(cycle=cycle)
        zone = settings.TIME_ZONE
        began = day_begins(cycle.cycle_from, zone)
        ended = day_begins(cycle.cycle_until + timedelta(days=1), zone)
        lines = CustodyPeriod.objects.filter(
            Q(until=None) | Q(until__gt=began), line__isnull=False, person__in=held, since__lt=ended
        ).values("line__number")
        if rows.filter(Q(holder__in=held) | Q(number__in=lines)).exists():
            found[cycle.id] = HELD
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
    disposal = Disposal.objects.create(
        cycle=cycle,
        kind=DisposalKind.SUMMARIES,
        kept_until=cycle.summary_until,
        rows=count,
        digest=entry.digest,
        key_destroyed=False,
        done_at=doing.at,
        done_by=doing.actor.label[:200],
    )
    doing.record(
        "usage.summaries.destroyed",
        disposal,
        cycle=str(cycle),
        rows=count,
        digest=entry.digest,
        destruction=entry.number,
    )


SUMMARIES = Disposable(
    kind=KIND,
    title="Usage summaries",
    kept=kept,
    facts=facts_of,
    end=destroy_summaries,
    sources=((KIND, "Usage summaries by line and month"),),
)
