"""What requests made of records that are destroyed: working copies go, what was given out stays."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from quartermaster.disclosure.models import (
    Letter,
    Package,
    PackageFile,
    RequestItem,
    SealedFile,
)
from quartermaster.files.actions import destroy_file
from quartermaster.kernel.permits import system

HOUSE = system("open records")
GONE = "Destroyed"


def purge_copies(record_ids: Collection[UUID], at: datetime) -> None:
    """Destroy the copies of these records that were not given out (C-2).

    Records that an open request reaches are not destroyed, so their copies are not asked for here.
    """
    items = RequestItem.objects.filter(item__record__in=record_ids)
    copies = items.exclude(copy=None).values("copy_id")
    words = items.exclude(words=None).values("words_id")
    never = Package.objects.filter(
        request__in=items.values("request_id"), released_at=None, destroyed_at=None
    )
    drafts = PackageFile.objects.filter(package__in=never).values("file_id")
    for rows in (
        SealedFile.objects.filter(id__in=copies),
        SealedFile.objects.filter(id__in=words),
        SealedFile.objects.filter(id__in=drafts),
        _orphans(),
    ):
        _destroy(rows, at)
    never.update(index=[], destroyed_at=at)


def _orphans() -> QuerySet[SealedFile]:
    """Copies of decisions that were taken back: nothing refers to them any longer."""
    here = OuterRef("pk")
    return SealedFile.objects.exclude(
        Exists(RequestItem.objects.filter(copy=here))
        | Exists(RequestItem.objects.filter(words=here))
        | Exists(PackageFile.objects.filter(file=here))
        | Exists(Letter.objects.filter(file=here))
    )


def _destroy(rows: QuerySet[SealedFile], at: datetime) -> None:
    for row in rows.filter(destroyed_at=None).select_related("file"):
        SealedFile.objects.filter(id=row.id).update(sealed_key=b"", name=GONE, destroyed_at=at)
        destroy_file(file=row.file, actor=HOUSE, at=at)
