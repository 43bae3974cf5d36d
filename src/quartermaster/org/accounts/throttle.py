"""How often one may try: counted in the database, for the account and for the address."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from quartermaster.org.errors import TooManyAttempts
from quartermaster.org.models import Attempt

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Allowance:
    """So many attempts in a window, for one account and for one address."""

    window: timedelta
    account: int
    address: int


# An address may be a whole building behind one router, so it gets more than an account.
ALLOWED = {
    Attempt.Kind.LOG_IN: Allowance(timedelta(minutes=15), account=10, address=100),
    Attempt.Kind.RESET: Allowance(timedelta(hours=1), account=3, address=30),
}


def reserve(kind: Attempt.Kind, email: str, address: str, at: datetime) -> Attempt:
    """Count an attempt before it is judged, or raise `TooManyAttempts`.

    Counting first, under a lock, means that a thousand attempts at once are not a thousand tries.
    """
    allowed = ALLOWED[kind]
    with transaction.atomic():
        _lock(f"{kind}/account/{email}", f"{kind}/address/{address}")
        recent = Attempt.objects.filter(kind=kind, at__gt=at - allowed.window)
        of_account = recent.filter(email=email)
        of_address = recent.filter(address=address)
        if kind == Attempt.Kind.LOG_IN:
            # Who has logged in since knows the password; an address proves nothing by that.
            last = of_account.filter(done=True).aggregate(last=Max("at"))["last"]
            of_account = of_account.filter(done=False)
            of_account = of_account.filter(at__gt=last) if last else of_account
            of_address = of_address.filter(done=False)
        for rows, limit in ((of_account, allowed.account), (of_address, allowed.address)):
            _within(rows, limit, at, allowed.window)
        return Attempt.objects.create(kind=kind, email=email, address=address, at=at)


def clear(email: str, at: datetime) -> None:
    """Let an account try again: its person has proved themselves by a link."""
    Attempt.objects.create(
        kind=Attempt.Kind.LOG_IN, email=email.lower(), address="", at=at, done=True
    )


def forget_attempts(at: datetime) -> int:
    """Delete attempts that are too old to count or to be looked at; how many."""
    return Attempt.objects.filter(at__lt=at - KEPT).delete()[0]


def _within(rows: QuerySet[Attempt], limit: int, at: datetime, window: timedelta) -> None:
    times = list(rows.order_by("-at").values_list("at", flat=True)[:limit])
    if len(times) < limit:
        return
    wait = times[-1] + window - at
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    raise TooManyAttempts(
        f"Too many attempts. Wait {minutes} {'minute' if minutes == 1 else 'minutes'}"
        " and try again, or ask ITMD.",
        retry_after=int(wait.total_seconds()),
    )


def _lock(*names: str) -> None:
    with connection.cursor() as cursor:
        for name in sorted(names):  # in one order, so that two attempts never wait on each other
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
