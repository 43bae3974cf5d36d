"""Reads of batches: what is to be destroyed, what was, and how it is proven."""

from django.db.models import Count, Q, QuerySet

from quartermaster.kernel.permits import Actor, reach
from quartermaster.records.models import DisposalBatch, DisposalEntry
from quartermaster.records.permits import RETENTION_VIEW
from quartermaster.records.rules.disposal import BatchState, EntryState


def batches_visible_to(actor: Actor) -> QuerySet[DisposalBatch]:
    """The batches, for whoever may see retention."""
    rows = DisposalBatch.objects.select_related(
        "terms__schedule", "approved_by", "second_by", "stopped_by", "certificate", "statement"
    )
    return rows if reach(actor, RETENTION_VIEW).everything else rows.none()


def entries_visible_to(actor: Actor) -> QuerySet[DisposalEntry]:
    """What stands in the batches."""
    rows = DisposalEntry.objects.select_related("batch__terms", "retained", "line")
    return rows if reach(actor, RETENTION_VIEW).everything else rows.none()


def with_counts(rows: QuerySet[DisposalBatch]) -> QuerySet[DisposalBatch]:
    """How many of each batch are to go or gone, and how many stay."""
    staying = Q(entries__state__in=[EntryState.KEPT_OUT, EntryState.KEPT])
    return rows.annotate(
        going_count=Count("entries", filter=~staying),
        staying_count=Count("entries", filter=staying),
    )


def waiting_for(rows: QuerySet[DisposalBatch], actor: Actor) -> QuerySet[DisposalBatch]:
    """The batches that wait for a second person other than who approved them."""
    return rows.filter(state=BatchState.APPROVED).exclude(approved_by_id=actor.person_id)
