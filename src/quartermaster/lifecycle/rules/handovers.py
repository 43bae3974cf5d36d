"""Decisions on handing things out: states, conditions, how one signs, what stands in the way."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

MOST_ITEMS = 40
LONGEST_WAIVER = timedelta(days=14)
LONGEST_REASON = 300


class HandoverState(Worded):
    PREPARED = "prepared", "Ready to be signed for"
    SIGNED = "signed", "Handed out"
    PARTLY = "partly", "Partly handed out"
    REFUSED = "refused", "Refused by the holder"
    CANCELLED = "cancelled", "Called off"
    EXPIRED = "expired", "Not signed in time"


class Condition(Worded):
    NEW = "new", "New"
    GOOD = "good", "Good"
    WORN = "worn", "Worn"
    DAMAGED = "damaged", "Damaged, and works"


class Answer(Worded):
    OPEN = "", "Not answered"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"


class Method(Worded):
    TYPED = "typed", "Typed name"
    DRAWN = "drawn", "Drawn signature"


class Place(Worded):
    OWN = "own", "On their own log-in"
    DESK = "desk", "At the desk"


_S = HandoverState
HANDOVER: Machine[HandoverState] = Machine(
    "hand-out",
    _S.PREPARED,
    [
        Transition("sign", frozenset({_S.PREPARED}), _S.SIGNED),
        Transition("sign in part", frozenset({_S.PREPARED}), _S.PARTLY),
        Transition("refuse", frozenset({_S.PREPARED}), _S.REFUSED),
        Transition("cancel", frozenset({_S.PREPARED}), _S.CANCELLED),
        Transition("expire", frozenset({_S.PREPARED}), _S.EXPIRED),
    ],
)
HANDED = frozenset({_S.SIGNED, _S.PARTLY})
ANSWERED = HANDED | {_S.REFUSED}
CONSENT = (
    "I have received the things listed here in the condition described. They are the City's. I will"
    " secure them, report loss or damage at once, and return them when they are no longer needed or"
    " my employment ends. What I enter here is my signature."
)


def verb_of(answers: Sequence[Answer]) -> str:
    """The step to which the answers on all items lead."""
    accepted = sum(1 for answer in answers if answer is Answer.ACCEPTED)
    if accepted == len(answers):
        return "sign"
    return "sign in part" if accepted else "refuse"


def plain_name(name: str) -> str:
    """A name without case, accents and double spaces, to compare what was typed."""
    split = unicodedata.normalize("NFKD", name)
    letters = "".join(c for c in split if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())


def require_own_name(typed: str, name: str) -> None:
    """Raise `InvalidInput` unless the name typed is the holder's, as the City knows it."""
    if plain_name(typed) != plain_name(name):
        raise InvalidInput(f"Type your name as it stands here: {name}.", field="typed_name")


@dataclass(frozen=True)
class Standing:
    """What is known of one device at the moment at which it would go out."""

    managed: bool
    enrolled: bool
    for_holder: bool
    doubt: str = ""
    waived_until: date | None = None


def why_not_ready(standing: Standing, today: date) -> str:
    """Why a device cannot go out yet, as a sentence; empty where it can (S-2, G-10)."""
    if not standing.managed:
        return ""
    waived = standing.waived_until is not None and standing.waived_until >= today
    if not standing.enrolled:
        return "" if waived else "It is not enrolled yet. Enrol it first."
    if not standing.for_holder:
        return "It is enrolled in another person's name. Enrol it anew for this person."
    return "" if waived else standing.doubt


def require_waiver(until: date, today: date, reason: str) -> str:
    """The reason for an exception in time, or `InvalidInput` (G-10)."""
    if not today < until <= today + LONGEST_WAIVER:
        raise InvalidInput(f"Name a day within the next {LONGEST_WAIVER.days} days.", field="until")
    return require_reason(reason, "Say why it goes out before it is enrolled")


def require_reason(reason: str, what: str) -> str:
    """A reason that says something and fits, or `InvalidInput`."""
    plain = " ".join(reason.split())
    if not plain:
        raise InvalidInput(f"{what}.", field="reason")
    if len(plain) > LONGEST_REASON:
        raise InvalidInput(f"At most {LONGEST_REASON} characters.", field="reason")
    return plain
