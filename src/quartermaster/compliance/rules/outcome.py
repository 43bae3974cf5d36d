"""What an evaluation says: seven states, and how grave a failure is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Missing or old data is never a pass, and never a failure either."""

    PASS = "pass"  # noqa: S105 (a state)
    FAIL = "fail"
    UNKNOWN = "unknown"
    STALE = "stale"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"
    EXCEPTED = "excepted"


class Severity(StrEnum):
    SERIOUS = "serious"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Result:
    """The outcome of one check on one device, in words that its holder understands.

    Not ``answerable`` is what the platform can neither be made to do nor tells of: it stays
    unknown for ever, and nobody can put it right. Not ``of_holder`` is what the house has to put
    right: it is never held against a person.
    """

    check: str
    title: str
    clause: str
    state: State
    severity: Severity
    expected: str
    observed: str
    remedy: str
    source: str = ""
    observed_at: datetime | None = None
    answerable: bool = True
    of_holder: bool = True
    settings: tuple[str, ...] = ()
