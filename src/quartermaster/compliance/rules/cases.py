"""The way from a finding to a supervisor, and what comes after: states, triggers, words (C-1, E-1).

A case begins where the holder was told and it did not help, came again and again, or is serious.
"""

from collections.abc import Mapping

from quartermaster.compliance.rules.findings import FindingState
from quartermaster.compliance.rules.outcome import Severity, State
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded


class CaseState(Worded):
    """Up to prepared it is a matter of devices; from referred on, of personnel."""

    PREPARED = "prepared", "To be confirmed"
    DISMISSED = "dismissed", "Dismissed"
    CURED = "cured", "Put right"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REFERRED = "referred", "With the supervisor"
    ACKNOWLEDGED = "acknowledged", "With human resources"
    DECIDED = "decided", "Decided, may be appealed"
    APPEALED = "appealed", "Appealed"
    CLOSED = "closed", "Closed"


class Trigger(Worded):
    """Why a referral is prepared: the policy says continued or serious."""

    CONTINUED = "continued", "Not put right in time"
    REPEATED = "repeated", "Came again and again"
    SERIOUS = "serious", "Serious"


class Grade(Worded):
    """The scale of outcomes, mildest first."""

    NO_ACTION = "no_action", "No action"
    COACHING = "coaching", "Coaching"
    ORAL_WARNING = "oral_warning", "Oral warning"
    WRITTEN_WARNING = "written_warning", "Written warning"
    SUSPENSION = "suspension", "Suspension"
    DEMOTION = "demotion", "Demotion"
    TERMINATION = "termination", "Termination"


class StatementKind(Worded):
    ANSWER = "answer", "Answer"
    APPEAL = "appeal", "Appeal"


_S = CaseState
UNDECIDED = frozenset({_S.PREPARED, _S.REFERRED, _S.ACKNOWLEDGED})
LIVE_CASES = UNDECIDED | {_S.DECIDED, _S.APPEALED}
DECIDED = frozenset({_S.DECIDED, _S.APPEALED, _S.CLOSED})
REFERRED = DECIDED | {_S.REFERRED, _S.ACKNOWLEDGED}
CASE: Machine[CaseState] = Machine(
    "case",
    _S.PREPARED,
    [
        Transition("confirm", frozenset({_S.PREPARED}), _S.REFERRED),
        Transition("dismiss", frozenset({_S.PREPARED}), _S.DISMISSED),
        Transition("cure", frozenset({_S.PREPARED}), _S.CURED),
        Transition("withdraw", UNDECIDED, _S.WITHDRAWN),
        Transition("acknowledge", frozenset({_S.REFERRED}), _S.ACKNOWLEDGED),
        Transition("decide", frozenset({_S.ACKNOWLEDGED}), _S.DECIDED),
        Transition("appeal", frozenset({_S.DECIDED}), _S.APPEALED),
        Transition("review", frozenset({_S.APPEALED}), _S.CLOSED),
        Transition("close", frozenset({_S.DECIDED}), _S.CLOSED),
    ],
)
OWNERS: Mapping[CaseState, str] = {
    _S.PREPARED: "ITMD or the telecom coordinator",
    _S.REFERRED: "The supervisor",
    _S.ACKNOWLEDGED: "Human resources",
    _S.DECIDED: "The employee, who may appeal",
    _S.APPEALED: "Human resources, another person than before",
}
PERIODS: Mapping[CaseState, str] = {
    _S.PREPARED: "confirm",
    _S.REFERRED: "acknowledge",
    _S.ACKNOWLEDGED: "outcome",
    _S.DECIDED: "appeal",
    _S.APPEALED: "review",
}
CASE_DAYS = {"confirm": 3, "acknowledge": 3, "outcome": 20, "appeal": 10, "review": 20}


def trigger_of(
    *, finding: FindingState, severity: Severity, now: State, earlier: int, repeats: int
) -> Trigger | None:
    """Why a referral is to be prepared, or None. What is not known for certain refers nobody.

    Args:
        finding: where the finding stands; its holder was told from "noticed" on.
        severity: how grave it is.
        now: what the newest evaluation says of the same check.
        earlier: how often the holder was told of the same before, within the look-back.
        repeats: how many times, this one included, are a repetition.
    """
    if now is not State.FAIL or finding not in {FindingState.NOTICED, FindingState.OVERDUE}:
        return None
    if severity is Severity.SERIOUS:
        return Trigger.SERIOUS
    if earlier + 1 >= repeats:
        return Trigger.REPEATED
    return Trigger.CONTINUED if finding is FindingState.OVERDUE else None


def cure_settles(trigger: Trigger) -> bool:
    """Whether putting it right ends a case that nobody confirmed yet."""
    return trigger is Trigger.CONTINUED


def no_graver(first: Grade, second: Grade) -> bool:
    """Whether an appeal did not make it worse."""
    scale = list(Grade)
    return scale.index(second) <= scale.index(first)
