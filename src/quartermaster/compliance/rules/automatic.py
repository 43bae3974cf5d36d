"""Automatic action: what a rule says, when it may act, and what holds it back (G-10, C-1).

Pure decisions. A rule is tried before it acts, changed only into a trial, and switched on by a
second person; what it may do in a span of time is bounded, and so is what all rules together may.
"""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Self
from uuid import UUID

from quartermaster.compliance.rules.outcome import Severity
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded


class Action(Worded):
    """What a rule does. Of a personal device only what the City gave is ever taken back."""

    RESTRICT = "restrict", "Restrict access to City services"
    LOCK = "lock", "Lock the screen"
    REMOVAL = "removal", "Remove management and work data"
    WIPE = "wipe", "Erase everything"


DESTROYS = frozenset({Action.REMOVAL, Action.WIPE})
ON_PERSONAL = frozenset({Action.RESTRICT, Action.REMOVAL})
_TWO = (
    "The rule only proposes it. Two people decide: one at ITMD asks for it, another approves with"
    " their password, and then it waits to be stopped."
)
EFFECTS: Mapping[Action, str] = {
    Action.RESTRICT: (
        "City services that ask this house turn the device away until it is put right.\n"
        "Mail, calendars, Wi-Fi and VPN that the City set up on the device are taken off; under a"
        " legal hold they stay. Nothing else on it is touched.\n"
        "It is lifted by itself once the finding is settled, and they come back by themselves."
    ),
    Action.LOCK: (
        "The screen is locked; whoever has the device needs its passcode to go on.\n"
        "A Mac restarts and asks for a PIN that ITMD keeps.\n"
        "A lock cannot be taken back from here: the holder unlocks the device.\n"
        "Nothing is deleted."
    ),
    Action.REMOVAL: (
        f"{_TWO}\n"
        "Management and all that came by it are removed: accounts, applications, City data.\n"
        "Personal content stays."
    ),
    Action.WIPE: f"{_TWO}\nEverything on the device is erased, personal content as well.",
}


def effects_of(action: Action) -> list[str]:
    """What an action does and removes, a sentence a line."""
    return EFFECTS[action].splitlines()


class RuleState(Worded):
    """Proposal: nothing happens. Trial: it is written down what would be done."""

    PROPOSAL = "proposal", "Proposal"
    TRIAL = "trial", "Trial: writes down, does nothing"
    ON = "on", "On"
    STOPPED = "stopped", "Stopped"
    RETIRED = "retired", "Retired"


_R = RuleState
LIVE_RULES = frozenset({_R.TRIAL, _R.ON})
RULE: Machine[RuleState] = Machine(
    "rule",
    _R.PROPOSAL,
    [
        Transition("try", frozenset({_R.PROPOSAL}), _R.TRIAL),
        Transition("approve", frozenset({_R.TRIAL}), _R.ON),
        Transition("stop", frozenset({_R.ON}), _R.STOPPED),
        Transition("go on", frozenset({_R.STOPPED}), _R.ON),
        Transition("change", frozenset({_R.TRIAL, _R.ON, _R.STOPPED}), _R.TRIAL),
        Transition("retire", frozenset(set(_R) - {_R.RETIRED}), _R.RETIRED),
    ],
)


class ActState(Worded):
    """Where one act of a rule on one finding stands."""

    DRY = "dry", "Would have been done"
    DUE = "due", "Waits for its turn"
    DONE = "done", "Done"
    PROPOSED = "proposed", "Proposed, two people decide"
    ASKED = "asked", "Asked for, waits for a second person"
    LIFTED = "lifted", "Lifted"
    DECLINED = "declined", "Declined"
    PASSED = "passed", "Passed over"


_A = ActState
ACT: Machine[ActState] = Machine(
    "automatic act",
    _A.DUE,
    [
        Transition("perform", frozenset({_A.DUE}), _A.DONE),
        Transition("propose", frozenset({_A.DUE}), _A.PROPOSED),
        Transition("pass over", frozenset({_A.DUE, _A.PROPOSED}), _A.PASSED),
        Transition("ask", frozenset({_A.PROPOSED}), _A.ASKED),
        Transition("settle", frozenset({_A.ASKED}), _A.DONE),
        Transition("decline", frozenset({_A.PROPOSED, _A.ASKED}), _A.DECLINED),
        Transition("lift", frozenset({_A.DONE}), _A.LIFTED),
    ],
)
ONCE = frozenset(set(_A) - {_A.DRY, _A.PASSED})  # a rule acts on one finding once
OPEN_ACTS = frozenset({_A.DUE, _A.PROPOSED, _A.ASKED})
ACTED = frozenset({_A.DONE, _A.PROPOSED, _A.ASKED, _A.LIFTED, _A.DECLINED})


class Cause(Worded):
    """Why a rule, or all of them, came to stand still."""

    LIMIT = "limit", "Its limit was reached"
    CEILING = "ceiling", "The limit of all rules was reached"
    JUMP = "jump", "Many devices failed at once"
    PERSON = "person", "A person stopped it"
    TAMPERED = "tampered", "It is not as two people agreed to it"


MOST_DEVICES, MOST_PERCENT, LONGEST_HOURS, LONGEST_WAIT = 1000, 25.0, 24 * 30, 365


@dataclass(frozen=True)
class Terms:
    """What one version of a rule says. An empty set of values means all of them."""

    action: Action
    checks: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    ownerships: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    after_days: int = 0
    serious_at_once: bool = False
    count: int = 5
    percent: float = 1.0
    hours: int = 24

    def as_json(self) -> dict[str, object]:
        return {
            "action": self.action.value,
            "checks": sorted(self.checks),
            "severities": sorted(self.severities),
            "ownerships": sorted(self.ownerships),
            "classes": sorted(self.classes),
            "departments": sorted(self.departments),
            "after_days": self.after_days,
            "serious_at_once": self.serious_at_once,
            "count": self.count,
            "percent": float(self.percent),
            "hours": self.hours,
        }

    @classmethod
    def of_json(cls, kept: dict[str, object]) -> Self:
        said = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**{**said, "action": Action(str(kept["action"]))})  # type: ignore[arg-type]

    def problems(self) -> dict[str, str]:
        """What cannot be so, by field; empty where all is well."""
        return {name: said for name, good, said in self._asked() if not good}

    def _asked(self) -> Iterable[tuple[str, bool, str]]:
        yield "count", 1 <= self.count <= MOST_DEVICES, f"Between 1 and {MOST_DEVICES} devices."
        good = 0 < self.percent <= MOST_PERCENT
        yield "percent", good, f"More than 0 and at most {MOST_PERCENT:g} percent."
        yield "hours", 1 <= self.hours <= LONGEST_HOURS, f"Between 1 and {LONGEST_HOURS} hours."
        good = 0 <= self.after_days <= LONGEST_WAIT
        yield "after_days", good, f"Between 0 and {LONGEST_WAIT} days."
        good = bool(self.checks or self.severities)
        yield "checks", good, "Name checks or severities: no rule acts on everything."
        good = self.action in ON_PERSONAL or set(self.ownerships) == {"city"}
        yield "ownerships", good, "Only devices of the City can be locked or erased by a rule."

    def allowance(self, fleet: int) -> int:
        """How many devices it may act on within its span before a person must look."""
        return most(self.count, self.percent, fleet)


def digest_of(rule_id: UUID, number: int, terms: Terms) -> str:
    """What the second person agrees to: another word is another digest."""
    said = {"rule": str(rule_id), "number": number, "terms": terms.as_json()}
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def approving(version_id: UUID, digest: str) -> str:
    """What the second person proves their identity for."""
    return f"compliance.rule.approve/{version_id}/{digest}"


def going_on(stop_id: UUID) -> str:
    """What a person proves their identity for who lets a stand-still end."""
    return f"compliance.rule.go-on/{stop_id}"


def most(count: int, percent: float, fleet: int) -> int:
    """The smaller of a number of devices and a percentage of the fleet, which is 1 at least."""
    return min(count, max(1, int(fleet * percent / 100)))


def ceiling(count: int, percent: float, fleet: int) -> int:
    """What all rules together may do in a day: the larger of both, as with what destroys."""
    return max(count, int(fleet * percent / 100))


@dataclass(frozen=True)
class Told:
    """What the holder knows of a finding; when the mail server took the notice."""

    severity: Severity
    noticed_at: datetime | None
    cure_until: datetime | None
    delivered_at: datetime | None


def ripe_at(told: Told, terms: Terms) -> datetime | None:
    """From when a rule may act; None while it cannot be said, as the holder was not told (C-1).

    The time to put it right counts from when the notice was delivered, and whatever the rule adds
    comes after it. What is serious need not wait, where the rule says so.
    """
    wait = timedelta(days=terms.after_days)
    if told.noticed_at is None or told.cure_until is None:
        return None
    if told.severity is Severity.SERIOUS and terms.serious_at_once:
        return told.noticed_at + wait
    if told.delivered_at is None:
        return None
    late = max(timedelta(0), told.delivered_at - told.noticed_at)
    return told.cure_until + late + wait


def may_at_once(severity: str, terms: Terms) -> bool:
    return severity == Severity.SERIOUS and terms.serious_at_once


def sudden(opened: Iterable[tuple[Hashable, datetime]], span: timedelta) -> int:
    """The largest number of different devices that began to fail within one span."""
    times = sorted(opened, key=lambda item: item[1])
    within: Counter[Hashable] = Counter()
    first = found = 0
    for device, time in times:
        within[device] += 1
        while time - times[first][1] > span:
            gone = times[first][0]
            within[gone] -= 1
            if not within[gone]:
                del within[gone]
            first += 1
        found = max(found, len(within))
    return found


def is_jump(failing: int, fleet: int, *, percent: float, least: int) -> bool:
    """Whether so many at once look like a fault of ours rather than of theirs."""
    return failing >= least and failing * 100 > percent * fleet
