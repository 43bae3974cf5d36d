"""The one way in which licences change their state, one or many at once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.mdm.models import DeviceSoftware, Licence
from quartermaster.mdm.software_states import LICENCE, SoftwareState


def step(rows: QuerySet[Licence], verb: str, at: datetime, **more: object) -> int:
    """Take a step with all rows that are in a state from which it leads on; how many."""
    known = LICENCE.transitions[verb]
    values = {"due_at": None, "event": None, **more}
    return rows.filter(state__in=known.sources).update(state=known.target, changed_at=at, **values)


def hold(rows: QuerySet[Licence], at: datetime) -> int:
    """The licences are there: whatever waits for one may go on."""
    pools = list(rows.values_list("pool__store_id", flat=True).distinct())
    count = step(rows, "hold", at, reason="", attempts=0)
    if count:
        wake_waiting(pools, at)
    return count


def wake_waiting(store_ids: Iterable[str], at: datetime) -> None:
    """Have applications looked at that waited for a licence."""
    DeviceSoftware.objects.filter(
        software__store_id__in=list(store_ids), state=SoftwareState.WANTED
    ).update(due_at=at)


def among(keys: Iterable[UUID]) -> QuerySet[Licence]:
    return Licence.objects.filter(id__in=list(keys))
