"""What the room's actions on imports share."""

from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.models import Row

M = TypeVar("M", bound=Row)


def locked(rows: QuerySet[M], key: UUID, what: str) -> M:
    """One row of those that the actor may see, locked to the end of the act."""
    found = rows.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound(f"There is no such {what}, or you may not see it.")
    return found
