"""The life of a version, and from when it is in force."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.policy.models.documents import VersionState
from quartermaster.policy.permits import POLICY_ADOPT, POLICY_IMPORT

VERSION = Machine(
    "policy version",
    VersionState.DRAFT,
    [
        Transition("adopt", frozenset({VersionState.DRAFT}), VersionState.ADOPTED, POLICY_ADOPT),
        Transition(
            "withdraw", frozenset({VersionState.DRAFT}), VersionState.WITHDRAWN, POLICY_IMPORT
        ),
        Transition("supersede", frozenset({VersionState.ADOPTED}), VersionState.SUPERSEDED),
    ],
)
EARLIEST = date(1990, 1, 1)


def city_date(at: datetime, zone: str) -> date:
    """The day that it is in the city at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def day_begins(day: date, zone: str) -> datetime:
    """The instant at which a day begins in the city."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def check_in_force_date(in_force_on: date, latest: date | None) -> None:
    """A version comes into force after every version adopted before it."""
    if in_force_on < EARLIEST:
        raise InvalidInput(f"A policy in force before {EARLIEST.year} is a slip of the pen.")
    if latest is not None and in_force_on <= latest:
        raise InvalidInput(
            f"A version is in force from {latest.isoformat()} already. Choose a later day.",
            latest=latest.isoformat(),
        )


def text_digest(text: str, clauses: Iterable[tuple[str, str, str]]) -> str:
    """SHA-256 over the whole current text and each clause's id, number and text, in order."""
    content = json.dumps([text, *map(list, clauses)], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode("ascii")).hexdigest()
