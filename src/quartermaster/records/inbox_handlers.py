"""A message that was saved is forgotten with its record; that one came stays."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from quartermaster.records import destroying
from quartermaster.records.models import InboxMail


@destroying.register
def let_go(record_ids: Collection[UUID], at: datetime) -> None:  # noqa: ARG001 (a purge)
    """The row says that it came, from whom and when, and leads nowhere."""
    InboxMail.objects.filter(record__in=record_ids).update(record=None)
