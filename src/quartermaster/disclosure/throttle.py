"""How often the public doors are knocked at: counted before anything is judged."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from quartermaster.disclosure.errors import TooManyRequests
from quartermaster.disclosure.models import Knock
from quartermaster.jobs.turns import take_turn

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CODES_HOURLY, CODES_HOURLY_PLACE = 2000, 40
_LOCK = 0x4B4E_4F43


def knock(kind: str, address: str, at: datetime) -> None:
    """Count a request that is filed ("file") or a code that is tried ("code"), or refuse it."""
    everywhere, here = {
        "file": (settings.OPEN_RECORDS_HOURLY, settings.OPEN_RECORDS_HOURLY_PLACE),
        "code": (CODES_HOURLY, CODES_HOURLY_PLACE),
    }[kind]
    # the address is not kept: its digest says no more than that it was the same one, today
    place = salted_hmac("open-records", f"{address} {at:%Y-%m-%d}").hexdigest()
    with transaction.atomic():
        take_turn(_LOCK)
        lately = Knock.objects.filter(kind=kind, at__gt=at - HOUR)
        if lately.filter(place=place).count() >= here or lately.count() >= everywhere:
            raise TooManyRequests(
                "Too many came in within an hour. Try again later, or call the records custodian.",
                retry_after=int(HOUR.total_seconds()),
            )
        Knock.objects.create(kind=kind, place=place, at=at)


def forget(at: datetime) -> int:
    """Delete what is older than a day; how many."""
    return Knock.objects.filter(at__lt=at - DAY).delete()[0]
