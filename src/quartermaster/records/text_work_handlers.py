"""What is still to be read of a record is forgotten with it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from quartermaster.records import destroying
from quartermaster.records.models import TextWork


@destroying.register
def forget_work(record_ids: Collection[UUID], at: datetime) -> None:  # noqa: ARG001 (a purge)
    """Nobody reads a file that is gone."""
    TextWork.objects.filter(item__record__in=record_ids).delete()
