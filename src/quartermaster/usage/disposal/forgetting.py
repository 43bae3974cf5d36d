"""The key of a file goes with the detail that was in it: what nobody may keep is kept nowhere."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from quartermaster.files.actions import destroy_file
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.models import CarrierFile, Disposal, DisposalKind, ImportedPart
from quartermaster.usage.rules.fields import DETAIL
from quartermaster.usage.rules.imports import FileState
from quartermaster.usage.warehouse_permits import DETAIL_DISPOSE

_FAMILIES = sorted(family.value for family in DETAIL)
_MOST = 500


def forget_originals(*, actor: Actor, at: datetime) -> int:
    """Destroy the keys of files whose call detail was disposed of; how many (G-9).

    What their summaries say stays with the imports.
    """
    require(actor, DETAIL_DISPOSE)
    with act(actor, at) as doing:
        files = list(_over().select_for_update(skip_locked=True, of=("self",))[:_MOST])
        for file in files:
            destroy_key(file, doing)
    return len(files)


def destroy_key(file: CarrierFile, doing: Act, **more: str) -> None:
    """Destroy a file's key, the rows refused of it and its sealed bytes, in the caller's act."""
    CarrierFile.objects.filter(pk=file.pk).update(sealed_key=None)
    file.refused_rows.exclude(sealed_text=None).update(sealed_text=None)
    destroy_file(file=file.stored, actor=doing.actor, at=doing.at)
    doing.record("usage.file.key-destroyed", file, digest=file.digest, **more)


def _over() -> QuerySet[CarrierFile]:
    detail = ImportedPart.objects.filter(file=OuterRef("pk"), family__in=_FAMILIES)
    left = detail.exclude(Exists(_disposals()))
    rows = CarrierFile.objects.exclude(sealed_key=None).filter(
        Exists(detail), ~Exists(left), state=FileState.IMPORTED.value
    )
    return rows.select_related("stored").order_by("received_at", "id")


def _disposals() -> QuerySet[Disposal]:
    return Disposal.objects.filter(
        kind=DisposalKind.DETAIL,
        cycle__carrier__iexact=OuterRef("carrier"),
        cycle__account=OuterRef("account"),
        cycle__cycle_from=OuterRef("cycle_from"),
        cycle__cycle_until=OuterRef("cycle_until"),
        done_at__gte=OuterRef("taken_at"),
    )
