"""Decisions about changes of requirements and about exceptions."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.policy.permits import (
    CHANGE_CONFIRM,
    EXCEPTION_DECIDE,
    EXCEPTION_REQUEST,
    REQUIREMENTS_SET,
)
from quartermaster.policy.requirements import CATALOGUE, Requirements

LONGEST_EXCEPTION_DAYS = 180
SECURITY_APPROVER_DECIDES = frozenset({"compromised_forbidden"})


class ChangeState(StrEnum):
    PENDING = "pending"
    APPLIED = "applied"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return "Waits for a second person" if self is ChangeState.PENDING else self.capitalize()


CHANGE = Machine(
    "change of requirements",
    ChangeState.PENDING,
    [
        Transition(
            "confirm", frozenset({ChangeState.PENDING}), ChangeState.APPLIED, CHANGE_CONFIRM
        ),
        Transition(
            "decline", frozenset({ChangeState.PENDING}), ChangeState.DECLINED, CHANGE_CONFIRM
        ),
        Transition(
            "withdraw", frozenset({ChangeState.PENDING}), ChangeState.WITHDRAWN, REQUIREMENTS_SET
        ),
    ],
)


class ExceptionState(StrEnum):
    REQUESTED = "requested"
    IN_FORCE = "in_force"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"

    @property
    def label(self) -> str:
        return self.replace("_", " ").capitalize()


EXCEPTION = Machine(
    "exception",
    ExceptionState.REQUESTED,
    [
        Transition(
            "approve",
            frozenset({ExceptionState.REQUESTED}),
            ExceptionState.IN_FORCE,
            EXCEPTION_DECIDE,
        ),
        Transition(
            "decline",
            frozenset({ExceptionState.REQUESTED}),
            ExceptionState.DECLINED,
            EXCEPTION_DECIDE,
        ),
        Transition(
            "withdraw",
            frozenset({ExceptionState.REQUESTED}),
            ExceptionState.WITHDRAWN,
            EXCEPTION_REQUEST,
        ),
        Transition(
            "end", frozenset({ExceptionState.IN_FORCE}), ExceptionState.ENDED, EXCEPTION_DECIDE
        ),
        # nobody decided in time: the house takes the request off the list
        Transition("lapse", frozenset({ExceptionState.REQUESTED}), ExceptionState.WITHDRAWN),
        Transition("expire", frozenset({ExceptionState.IN_FORCE}), ExceptionState.ENDED),
    ],
)


def check_period(at: datetime, expires_at: datetime) -> None:
    """An exception lies ahead, and is not for ever."""
    if expires_at <= at:
        raise InvalidInput("The exception would already be over; choose a later day.")
    if expires_at > at + timedelta(days=LONGEST_EXCEPTION_DAYS):
        raise InvalidInput(
            f"An exception may last {LONGEST_EXCEPTION_DAYS} days at most; choose an earlier day."
        )


def check_laxer(required: Requirements, key: str, value: Any) -> None:
    """An exception asks for less than what is required, or there is nothing to except."""
    entry = CATALOGUE[key]
    strictly = value != required[key]
    if not strictly or not entry.order.is_at_least_as_strict(required[key], value):
        raise InvalidInput(
            f"{entry.title}: “{entry.show(value)}” is not laxer than what is required"
            f" (“{entry.show(required[key])}”), so no exception is needed.",
            setting=key,
        )
