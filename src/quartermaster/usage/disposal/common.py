"""What the kinds of usage share: going under the schedule, and the row that one was destroyed."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

from quartermaster.jobs.acts import Act
from quartermaster.records.models import DisposalEntry, Retained
from quartermaster.usage.models import Disposal, DisposalKind, UsageCycle

LONGEST_LABEL = 120
M = TypeVar("M", bound=Model)


def digest_of(digests: Iterable[str]) -> str:
    """One digest of several."""
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()


def not_yet_under(rows: QuerySet[M], kind: str, by: str, limit: int) -> list[M]:
    """Those that are not under the schedule yet, the first by this column in front."""
    known = Retained.objects.filter(kind=kind).values("subject_id")
    return list(rows.exclude(id__in=known).order_by(by, "id")[:limit])


def label_of(cycle: UsageCycle, more: str = "") -> str:
    return f"{str(cycle)[: LONGEST_LABEL - len(more)]}{more}"


def put_on_record(
    cycle: UsageCycle,
    kind: DisposalKind,
    entry: DisposalEntry,
    doing: Act,
    *,
    rows: int,
    held_rows: int = 0,
    files: int = 0,
) -> Disposal:
    """Write down beside the cycle that it was destroyed, and under which number (G-9, C-2)."""
    disposal = Disposal.objects.create(
        cycle=cycle,
        kind=kind,
        kept_until=entry.due_on - timedelta(days=1),
        files=files,
        rows=rows,
        held_rows=held_rows,
        digest=entry.digest,
        key_destroyed=kind is DisposalKind.DETAIL,
        done_at=doing.at,
        done_by=doing.actor.label[:200],
    )
    doing.record(
        f"usage.{kind.value}.destroyed",
        disposal,
        cycle=str(cycle),
        rows=rows,
        files=files,
        digest=entry.digest,
        destruction=entry.number,
    )
    return disposal
