"""What destroys: kinds and states, what two people agree on, how long it waits, how much may go.

Pure decisions. Who may and who stands for it: `mdm.actions.destruction`; what is built and sent:
`mdm.destruction` alone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.mdm.permits import DESTRUCTION_APPROVE, DESTRUCTION_STOP

OPEN_FOR = timedelta(hours=24)  # an unanswered request, and an approval that was not carried out
LOOK_AGAIN = timedelta(minutes=15)  # a blocked request is looked at again so often
REMIND_EVERY = timedelta(days=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MANY = 5  # more devices than this in one request are a set, with a longer wait
MOST_TARGETS = 500
MOST_ENDED_ALONE = 10  # enrolments that one person may end in an hour without a second
MOST_OPEN = 20  # requests of one person that nobody has decided
LONGEST_REASON, SHORTEST_REASON = 500, 8
LONGEST_RAISE_HOURS, MOST_RAISED = 24, 500


class Kind(StrEnum):
    """What is asked for. Raised limits are no destruction, and go the same way."""

    WIPE = "wipe"
    REMOVAL = "removal"
    RAISE = "raise"

    @property
    def label(self) -> str:
        return {
            Kind.WIPE: "Erase everything",
            Kind.REMOVAL: "Remove management and work data",
            Kind.RAISE: "Raise the limits for a time",
        }[self]


class RequestState(StrEnum):
    """Waiting: approved by a second person, and still to be stopped by anybody at ITMD."""

    REQUESTED = "requested"
    WAITING = "waiting"
    BLOCKED = "blocked"
    RELEASED = "released"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    STOPPED = "stopped"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    RequestState.REQUESTED: "Needs a second person",
    RequestState.WAITING: "Approved, waits",
    RequestState.BLOCKED: "Blocked by the limits",
    RequestState.RELEASED: "Sent, not confirmed yet",
    RequestState.CONFIRMED: "Confirmed",
    RequestState.UNCONFIRMED: "Not confirmed",
    RequestState.REFUSED: "Refused",
    RequestState.STOPPED: "Stopped",
    RequestState.EXPIRED: "Expired",
}

_UNSENT = frozenset({RequestState.REQUESTED, RequestState.WAITING, RequestState.BLOCKED})
PENDING = frozenset({*_UNSENT, RequestState.RELEASED})
REQUEST = Machine(
    "destructive request",
    RequestState.REQUESTED,
    [
        Transition(
            "approve",
            frozenset({RequestState.REQUESTED}),
            RequestState.WAITING,
            DESTRUCTION_APPROVE,
        ),
        Transition(
            "refuse", frozenset({RequestState.REQUESTED}), RequestState.REFUSED, DESTRUCTION_APPROVE
        ),
        Transition("stop", PENDING, RequestState.STOPPED, DESTRUCTION_STOP),
        Transition("block", frozenset({RequestState.WAITING}), RequestState.BLOCKED),
        Transition("resume", frozenset({RequestState.BLOCKED}), RequestState.WAITING),
        Transition("release", frozenset({RequestState.WAITING}), RequestState.RELEASED),
        Transition("expire", _UNSENT, RequestState.EXPIRED),
        Transition("confirm", frozenset({RequestState.RELEASED}), RequestState.CONFIRMED),
        Transition("give up", frozenset({RequestState.RELEASED}), RequestState.UNCONFIRMED),
        # a device that said it would erase itself and then speaks again did not
        Transition("doubt", frozenset({RequestState.CONFIRMED}), RequestState.UNCONFIRMED),
    ],
)


class TargetState(StrEnum):
    """Withdrawn: the device never got the command."""

    PENDING = "pending"
    RELEASED = "released"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"released": "Sent", "unconfirmed": "Not confirmed"}.get(
            self.value, self.value.capitalize()
        )


_RELEASED = frozenset({TargetState.RELEASED})
TARGET = Machine(
    "device of a destructive request",
    TargetState.PENDING,
    [
        Transition("release", frozenset({TargetState.PENDING}), TargetState.RELEASED),
        Transition(
            "withdraw",
            frozenset({TargetState.PENDING, TargetState.RELEASED}),
            TargetState.WITHDRAWN,
        ),
        Transition("confirm", _RELEASED, TargetState.CONFIRMED),
        Transition("give up", _RELEASED, TargetState.UNCONFIRMED),
        Transition("doubt", frozenset({TargetState.CONFIRMED}), TargetState.UNCONFIRMED),
    ],
)


def digest_of(
    *,
    request_id: UUID,
    kind: str,
    requester_id: UUID,
    enrolment_ids: Iterable[UUID],
    arguments: Mapping[str, object],
    reason: str,
    statement: str,
    despite_hold: bool = False,
) -> str:
    """What the second person agrees to: another request, or one word more, is another digest."""
    agreed: dict[str, object] = {
        "request": str(request_id),
        "kind": str(kind),
        "requester": str(requester_id),
        "targets": sorted(str(key) for key in enrolment_ids),
        "arguments": dict(arguments),
        "reason": reason,
        "statement": statement,
    }
    if despite_hold:
        agreed["despite_hold"] = True
    return sha256(json.dumps(agreed, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def purpose_of(request_id: UUID, digest: str) -> str:
    """What the approver proves their identity for."""
    return f"mdm.approve/{request_id}/{digest}"


@dataclass(frozen=True)
class Waits:
    """How long an approved request waits for somebody to stop it."""

    plain: timedelta
    lost: timedelta
    many: timedelta

    def of(self, *, count: int, all_lost: bool) -> timedelta:
        if count > MANY:
            return self.many
        return self.lost if count and all_lost else self.plain


@dataclass(frozen=True)
class Limits:
    """How many devices may be destroyed: by one requester and one approver an hour, and a day."""

    requester: int
    approver: int
    fleet: int
    percent: float

    def of_fleet(self, enrolled: int) -> int:
        return max(self.fleet, int(enrolled * self.percent / 100))


@dataclass(frozen=True)
class Spent:
    """What was sent already: of this requester and this approver in an hour, of all in a day."""

    requester: int
    approver: int
    fleet: int


def tripped(limits: Limits, spent: Spent, *, count: int, enrolled: int, raised: int = 0) -> str:
    """Which limit sending to so many more devices would pass, as a sentence; empty: none."""
    for used, limit, words in (
        (spent.requester, limits.requester, "by one requester in an hour"),
        (spent.approver, limits.approver, "with one approver in an hour"),
        (spent.fleet, limits.of_fleet(enrolled), "of the whole fleet in a day"),
    ):
        if used + count > limit + raised:
            return (
                f"The limit of {limit + raised} devices {words} would be passed:"
                f" {used} went already, and this is {count} more."
            )
    return ""


def outcome_of(states: Sequence[TargetState]) -> str | None:
    """The verb that closes a request whose devices came to this; None while one is open."""
    if any(state in {TargetState.PENDING, TargetState.RELEASED} for state in states):
        return None
    if states and all(state is TargetState.WITHDRAWN for state in states):
        return "stop"
    done = all(state in {TargetState.CONFIRMED, TargetState.WITHDRAWN} for state in states)
    return "confirm" if done else "give up"
