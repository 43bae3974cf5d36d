"""The end of an export: its key first, then all that was read of it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.exports.choosing import export_for_update
from quartermaster.records.models import StagedExport, StagedFile, StagedThread
from quartermaster.records.permits import RECORD_KEEP, RECORD_SAVE


def destroy(export: StagedExport, why: str, doing: Act) -> None:
    """Nothing of it is left, in the caller's act; the ledger says that it was, not what."""
    doing.record(f"records.export.{why}", export)
    StagedExport.objects.filter(id=export.id).update(sealed_key=b"", sealed_summary=b"")
    StagedFile.objects.filter(export=export).delete()
    StagedThread.objects.filter(export=export).delete()
    StagedExport.objects.filter(id=export.id).delete()


def cancel(*, export_id: UUID, actor: Actor, at: datetime) -> None:
    """Save nothing of an export, and have it gone at once (G-5)."""
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    with act(actor, at) as doing:
        destroy(export_for_update(export_id, actor, at), "cancelled", doing)


def forget_due(*, actor: Actor, at: datetime, limit: int = 100) -> int:
    """Destroy the exports whose owner did not choose in time; how many (G-5)."""
    require(actor, RECORD_KEEP)
    gone = 0
    while gone < limit and _next(actor, at):
        gone += 1
    return gone


def _next(actor: Actor, at: datetime) -> bool:
    with transaction.atomic():
        rows = StagedExport.objects.select_for_update(skip_locked=True, of=("self",))
        export = rows.filter(due_at__lte=at).order_by("due_at", "id").first()
        if export is None:
            return False
        with act(actor, at) as doing:
            destroy(export, "expired", doing)
    return True
