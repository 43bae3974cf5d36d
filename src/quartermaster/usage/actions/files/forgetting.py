"""The key of a file goes with the detail that was in it: what nobody may keep is kept nowhere."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.models import CarrierFile, Disposal, DisposalKind, ImportedPart
from quartermaster.usage.rules.fields import DETAIL
from quartermaster.usage.rules.imports import FileState
from quartermaster.usage.warehouse_permits import DETAIL_DISPOSE

_FAMILIES = sorted(family.value for family in DETAIL)
_MOST = 500


def forget_originals(*, actor: Actor, at: datetime) -> int:
    """Destroy the keys of files whose call detail was disposed of; how many (G-9).

    What their summaries say stays with the imports. A file that was refused may hold detail too:
    its key goes when its detail would have gone.
    """
    require(actor, DETAIL_DISPOSE)
    with act(actor, at) as doing:
        files = list(_over(at).select_for_update(skip_locked=True, of=("self",))[:_MOST])
        for file in files:
            CarrierFile.objects.filter(pk=file.pk).update(sealed_key=None)
            file.refused_rows.exclude(sealed_text=None).update(sealed_text=None)
            doing.record("usage.file.key-destroyed", file, digest=file.digest)
    return len(files)


def _over(at: datetime) -> QuerySet[CarrierFile]:
    detail = ImportedPart.objects.filter(file=OuterRef("pk"), family__in=_FAMILIES)
    left = detail.exclude(Exists(_disposals()))
    refused = Q(
        state__in=[FileState.REFUSED.value, FileState.STOPPED.value],
        finished_at__lte=at - timedelta(days=settings.USAGE_DETAIL_DAYS),
    )
    imported = Q(state=FileState.IMPORTED.value) & Exists(detail) & ~Exists(left)
    rows = CarrierFile.objects.exclude(sealed_key=None).filter(imported | refused)
    return rows.order_by("received_at", "id")


def _disposals() -> QuerySet[Disposal]:
    return Disposal.objects.filter(
        kind=DisposalKind.DETAIL,
        cycle__carrier__iexact=OuterRef("carrier"),
        cycle__account=OuterRef("account"),
        cycle__cycle_from=OuterRef("cycle_from"),
        cycle__cycle_until=OuterRef("cycle_until"),
        done_at__gte=OuterRef("taken_at"),
    )
