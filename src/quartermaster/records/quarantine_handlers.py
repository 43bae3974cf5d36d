"""A record that a file in quarantine became is destroyed: the row says no more than that it was."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from quartermaster.kernel.permits import system
from quartermaster.notify.actions import forget_words
from quartermaster.records import destroying
from quartermaster.records.models import RefusedFile

STUB = "Destroyed"
_SAID = "What this said was destroyed with the record that the file became."


@destroying.register
def let_go(record_ids: Collection[UUID], at: datetime) -> None:
    """Neither its name nor a word that was sent about it is left; digest and dates are."""
    rows = RefusedFile.objects.filter(record__in=record_ids)
    for one in rows:
        forget_words(about=one, said=_SAID, actor=system("records"), at=at)
    rows.update(record=None, name=STUB)
