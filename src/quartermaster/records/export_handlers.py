"""By what saved messages are known again is destroyed with their record."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from quartermaster.records import destroying
from quartermaster.records.models import SavedMessage


@destroying.register
def forget_marks(record_ids: Collection[UUID], at: datetime) -> None:  # noqa: ARG001 (a purge)
    """The same messages could be saved anew afterwards, as if they never were."""
    SavedMessage.objects.filter(record__in=record_ids).delete()
