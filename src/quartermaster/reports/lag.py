"""How far devices lag behind the lowest version that is asked for (G-10)."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from quartermaster.compliance.models import Evaluation
from quartermaster.compliance.rules.outcome import State
from quartermaster.inventory.models import Device
from quartermaster.reports.fleet import Counted

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
CHECK = "minimum_os"


def patch_lag(devices: QuerySet[Device], at: datetime) -> tuple[Counted, ...]:
    """Devices by whether they have the lowest version asked for, or since when it is overdue."""
    late = Q(state=State.FAIL)
    parts = (
        ("Has the version asked for", Q(state=State.PASS)),
        ("In the days given to update", Q(state=State.PENDING)),
        ("Overdue up to a week", late & Q(since__gt=at - WEEK)),
        ("Overdue up to a month", late & Q(since__gt=at - MONTH, since__lte=at - WEEK)),
        ("Overdue for longer", late & Q(since__lte=at - MONTH)),
        ("Not known, too old or excepted", Q(state__in=_OTHERWISE)),
    )
    rows = Evaluation.objects.filter(device__in=devices.values("id"), check_name=CHECK)
    found = rows.order_by().aggregate(
        **{f"part_{number}": Count("id", filter=part) for number, (_, part) in enumerate(parts)}
    )
    return tuple(Counted(name, found[f"part_{number}"]) for number, (name, _) in enumerate(parts))


_OTHERWISE = [State.UNKNOWN, State.STALE, State.EXCEPTED]
