"""Legal holds: states of a hold and of who must keep, and when the clock looks at them next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from quartermaster.kernel import words
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition

LONGEST_MATTER, LONGEST_TEXT, LONGEST_CONTACT = 200, 4000, 200
SHORTEST_REASON, LONGEST_REASON = 8, 1000
KEEP = "It must be kept as it is for now: ask the records custodian."


class HoldState(StrEnum):
    OPEN = "open"
    RELEASED = "released"

    @property
    def label(self) -> str:
        return {HoldState.OPEN: "In force", HoldState.RELEASED: "Released"}[self]


class KeeperState(StrEnum):
    """Of a person who must keep: asked to acknowledge, acknowledged, let go."""

    ASKED = "asked"
    ACKNOWLEDGED = "acknowledged"
    RELEASED = "released"

    @property
    def label(self) -> str:
        return {
            KeeperState.ASKED: "Not acknowledged yet",
            KeeperState.ACKNOWLEDGED: "Acknowledged",
            KeeperState.RELEASED: "Released",
        }[self]


HOLD = Machine(
    "hold",
    HoldState.OPEN,
    [Transition("release", frozenset({HoldState.OPEN}), HoldState.RELEASED)],
)
LIVE_KEEPERS = frozenset({KeeperState.ASKED, KeeperState.ACKNOWLEDGED})
KEEPER = Machine(
    "notice",
    KeeperState.ASKED,
    [
        Transition("acknowledge", frozenset({KeeperState.ASKED}), KeeperState.ACKNOWLEDGED),
        Transition("ask again", LIVE_KEEPERS, KeeperState.ASKED),
        Transition("release", LIVE_KEEPERS, KeeperState.RELEASED),
    ],
)


@dataclass(frozen=True)
class Terms:
    """What a hold is about, word for word. No notice says the ``reason``."""

    matter: str
    subject: str
    reason: str
    legal_contact: str
    since: date
    until: date | None = None

    def checked(self) -> "Terms":
        """The same, trimmed; `InvalidInput` where something is missing, too long or backwards."""
        if self.until is not None and self.until < self.since:
            raise InvalidInput("The span ends before it begins.", field="until")
        return Terms(
            matter=said(self.matter, "matter", LONGEST_MATTER),
            subject=said(self.subject, "subject", LONGEST_TEXT),
            reason=said(self.reason, "reason", LONGEST_REASON),
            legal_contact=said(self.legal_contact, "legal_contact", LONGEST_CONTACT),
            since=self.since,
            until=self.until,
        )


def said(text: str, field: str, longest: int, shortest: int = 1) -> str:
    """A text that says something, within its bounds."""
    return words.said(text, "Say it in a few words", longest, field, shortest)


@dataclass(frozen=True)
class Pace:
    """How often one is reminded, when the supervisor hears of it, when it is asked anew."""

    remind: timedelta
    escalate_after: int
    renotice: timedelta

    def after_asking(self, at: datetime) -> datetime:
        return at + self.remind

    def after_acknowledging(self, at: datetime) -> datetime:
        return at + self.renotice

    def escalates(self, reminders: int) -> bool:
        """Whether the reminder with this number (the first is 1) goes to the supervisor, too."""
        return reminders > self.escalate_after
