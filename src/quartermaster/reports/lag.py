"""How far devices lag behind the lowest version that is asked for (G-10)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from quartermaster.compliance.models import Evaluation
from quartermaster.compliance.rules.outcome import State
from quartermaster.inventory.models import Device
from quartermaster.reports.fleet import Counted

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
CHECK = "minimum_os"


NAMES = (
    "Has the version asked for",
    "In the days given to update",
    "Overdue up to a week",
    "Overdue up to a month",
    "Overdue for longer",
    "Not known, too old or excepted",
)


def patch_lag(devices: QuerySet[Device], at: datetime) -> tuple[Counted, ...]:
    """Devices by whether they have the lowest version asked for, or since when it is overdue."""
    late = Q(state=State.FAIL)
    parts = (
        Q(state=State.PASS),
        Q(state=State.PENDING),
        late & Q(since__gt=at - WEEK),
        late & Q(since__gt=at - MONTH, since__lte=at - WEEK),
        late & Q(since__lte=at - MONTH),
        Q(state__in=_OTHERWISE),
    )
    rows = Evaluation.objects.filter(device__in=devices.values("id"), check_name=CHECK)
    found = rows.order_by().aggregate(
        **{f"part_{number}": Count("id", filter=part) for number, part in enumerate(parts)}
    )
    return told([found[f"part_{number}"] for number in range(len(parts))])


def told(devices: Sequence[int]) -> tuple[Counted, ...]:
    """The counts under their names."""
    return tuple(Counted(name, many) for name, many in zip(NAMES, devices, strict=True))


_OTHERWISE = [State.UNKNOWN, State.STALE, State.EXCEPTED]
