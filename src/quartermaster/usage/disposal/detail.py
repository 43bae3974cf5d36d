"""Usage detail under the schedule: the cycle's key and files go, certified, but what is held.

What somebody under a hold did is written anew under a new key, and what then remains is a thing
of its own under the schedule, due at once: so the calls of one person do not keep everybody's.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict
from quartermaster.records.actions.retention import put_under
from quartermaster.records.disposables import Disposable, Facts
from quartermaster.records.models import DisposalEntry
from quartermaster.usage.disposal import holding
from quartermaster.usage.disposal.common import digest_of, label_of, not_yet_under, put_on_record
from quartermaster.usage.disposal.forgetting import forget_originals
from quartermaster.usage.models import DetailFile, Disposal, DisposalKind, UsageCycle

KIND = "usage.detail"
REMAINED = ", what remained"


def keep_detail(doing: Act, limit: int) -> int:
    """Put cycles that have detail under the schedule; how many (G-9, C-2)."""
    files = DetailFile.objects.filter(cycle=OuterRef("pk"), superseded_at=None)
    rows = UsageCycle.objects.filter(Exists(files), disposed_at=None)
    found = not_yet_under(rows, KIND, "cycle_until", limit)
    for cycle in found:
        _put_under(cycle, cycle.id, "", doing)
    return len(found)


def _put_under(cycle: UsageCycle, subject_id: UUID, more: str, doing: Act) -> None:
    put_under(
        kind=KIND,
        subject_id=subject_id,
        label=label_of(cycle, more),
        source=KIND,
        made_on=cycle.cycle_until,
        doing=doing,
    )


def cycles_of(keys: Collection[UUID]) -> Mapping[UUID, UsageCycle]:
    """The cycle of each: what is kept is one, or what remained of one after a destruction."""
    rests = Disposal.objects.filter(id__in=keys, kind=DisposalKind.DETAIL).select_related("cycle")
    return {**UsageCycle.objects.in_bulk(list(keys)), **{row.id: row.cycle for row in rests}}


def kept(keys: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Which must stay: all of it is of people under a hold, or an open request reaches it (G-2)."""
    found: dict[UUID, str] = {}
    for key, cycle in cycles_of(keys).items():
        days = cycle.cycle_from, cycle.cycle_until
        if said := holding.reached(*days, at):
            found[key] = said
        elif holding.detail_asked_for(*days, at):
            found[key] = holding.ASKED
        elif held := holding.held_numbers(*days):
            # only where it is done: the warehouse's engine takes a hundred megabytes
            from quartermaster.usage.warehouse import disposing

            if (numbers := disposing.numbers_in(cycle)) and numbers <= held:
                found[key] = holding.HELD
    return found


def facts_of(key: UUID) -> Facts:
    """The digests of the encrypted files in force; the name tells no account and no number."""
    cycle = cycles_of([key])[key]
    digests = cycle.files.filter(superseded_at=None).values_list("digest", flat=True)
    return Facts(f"usage-detail/{cycle.id}", digest_of(digests), tuple(sorted(digests)))


def destroy_detail(key: UUID, entry: DisposalEntry, doing: Act) -> None:
    """Destroy a cycle's key and files, and the keys of what they were read from (G-9, C-2)."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage.warehouse import disposing

    cycle = UsageCycle.objects.select_for_update().get(id=cycles_of([key])[key].id)
    if cycle.disposed_at is not None:
        raise Conflict("The usage detail of this cycle was destroyed before.")
    numbers = holding.held_numbers(cycle.cycle_from, cycle.cycle_until)
    gone = disposing.destroy_cycle(cycle, numbers, doing)
    disposal = put_on_record(
        cycle,
        DisposalKind.DETAIL,
        entry,
        doing,
        rows=gone.rows - gone.held_rows,
        held_rows=gone.held_rows,
        files=gone.files,
    )
    if gone.held_rows:
        _put_under(cycle, disposal.id, REMAINED, doing)
    forget_originals(actor=doing.actor, at=doing.at)


DETAIL = Disposable(
    kind=KIND,
    title="Usage detail by carrier and cycle",
    kept=kept,
    facts=facts_of,
    end=destroy_detail,
    sources=((KIND, "Usage detail by carrier and cycle, and carriers' files that were refused"),),
)
