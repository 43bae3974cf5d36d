"""Requests for usage detail on plain values: states, bounds, and which spans a person had (G-9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import TextChoices

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition


class DetailState(TextChoices):
    ASKED = "asked", "Waits for ITMD"
    GRANTED = "granted", "Open to look at"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ENDED = "ended", "Over"


class DetailReason(TextChoices):
    """What the person is told of why."""

    BILL = "bill", "A bill that needs explaining"
    MISUSE = "misuse", "Use that may break the policy"
    SAFETY = "safety", "Safety of people"
    LOSS = "loss", "A lost or stolen device"
    REQUEST = "request", "A request for records"


class LookKind(TextChoices):
    VIEW = "view", "Looked at"
    CSV = "csv", "Taken as CSV"
    PDF = "pdf", "Taken as PDF"


_S = DetailState
DETAIL_REQUEST: Machine[DetailState] = Machine(
    "request",
    _S.ASKED,
    [
        Transition("grant", frozenset({_S.ASKED}), _S.GRANTED),
        Transition("decline", frozenset({_S.ASKED}), _S.DECLINED),
        Transition("withdraw", frozenset({_S.ASKED}), _S.WITHDRAWN),
        Transition("end", frozenset({_S.GRANTED}), _S.ENDED),
    ],
)
OPEN_DETAIL = frozenset({_S.ASKED, _S.GRANTED})


@dataclass(frozen=True, order=True)
class Span:
    """A number from an instant up to, and not including, another."""

    number: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Had:
    """That the person had a line, from when until when; None: still."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Numbered:
    """That a line had a number, from when (None: always) until when (None: still)."""

    number: str
    since: datetime | None = None
    until: datetime | None = None


def spans_of(
    had: Iterable[Had], numbers: Sequence[Numbered], since: datetime, until: datetime
) -> list[Span]:
    """Where all three overlap: the request's span, the person's custody, and the line's number.

    What the line did in other hands, and what its number did on another line, is in none.
    """
    found = []
    for period in had:
        for number in numbers:
            begin = max(since, period.since, number.since or since)
            end = min(until, period.until or until, number.until or until)
            if begin < end:
                found.append(Span(number.number, begin, end))
    return sorted(found)


def require_span(since: date, until: date, today: date, longest: int) -> None:
    """Raise `InvalidInput` unless the days are in order, over, and not too many."""
    if until < since:
        raise InvalidInput("The last day is before the first.", field="until_on")
    if until > today:
        raise InvalidInput("The last day is still to come.", field="until_on")
    if (until - since).days + 1 > longest:
        raise InvalidInput(f"At most {longest} days.", field="until_on")


def require_notice(until: date, today: date, longest: int) -> None:
    """Raise `InvalidInput` unless a notice is put off into the future, and not for too long."""
    if not today < until <= today + timedelta(days=longest):
        raise InvalidInput(f"After today, and at most {longest} days from now.", field="until")
