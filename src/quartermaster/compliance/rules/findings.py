"""The life of a finding: first its holder is told, then there is time to put it right (C-1)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from quartermaster.compliance.rules.outcome import Severity
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.workdays import end_of_working_day, is_working_day

DEBOUNCE = timedelta(minutes=30)
CURE_DAYS: Mapping[str, int] = {
    Severity.SERIOUS: 1,
    Severity.HIGH: 3,
    Severity.MEDIUM: 5,
    Severity.LOW: 10,
}
BY_PEOPLE = "loss:"  # what such a check's name begins with was found by people, not by evaluation


class FindingState(StrEnum):
    """Open: seen, not told yet. Referral is a later step, taken by people."""

    OPEN = "open"
    NOTICED = "noticed"
    OVERDUE = "overdue"
    CURED = "cured"
    EXCEPTED = "excepted"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({FindingState.OPEN, FindingState.NOTICED, FindingState.OVERDUE})
FINDING = Machine(
    "finding",
    FindingState.OPEN,
    [
        Transition("give notice", frozenset({FindingState.OPEN}), FindingState.NOTICED),
        Transition("run out", frozenset({FindingState.NOTICED}), FindingState.OVERDUE),
        Transition("cure", LIVE, FindingState.CURED),
        Transition("except", LIVE, FindingState.EXCEPTED),
        Transition("withdraw", LIVE, FindingState.WITHDRAWN),
    ],
)


def notice_key(finding_id: UUID, what: str, person_id: UUID) -> str:
    """The cause of a mail about a finding, by which its delivery is looked up."""
    return f"finding:{finding_id}:{what}:{person_id}"


def cure_until(
    at: datetime,
    severity: Severity,
    zone: str,
    holidays: frozenset[date],
    days: Mapping[str, int] = CURE_DAYS,
) -> datetime:
    """The end of the last working day of the cure period, in the city's zone."""
    return end_of_working_day(at, days[severity], zone, holidays)


def reminder_at(noticed_at: datetime, until: datetime) -> datetime:
    """Halfway through the cure period."""
    return noticed_at + (until - noticed_at) / 2


def prolonged(
    begun: datetime, until: datetime, zone: str, before: frozenset[date], after: frozenset[date]
) -> datetime:
    """A period's end under a changed calendar: as many working days, and never an earlier end."""
    first, last = (value.astimezone(ZoneInfo(zone)).date() for value in (begun, until))
    span = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    days = sum(1 for day in span if is_working_day(day, before))
    return max(until, end_of_working_day(begun, days, zone, after)) if days else until
