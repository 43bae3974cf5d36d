"""Open-records requests: what is asked, how it goes on, how it ends."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import date

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded
from quartermaster.kernel.words import said

LONGEST_WANTED, LONGEST_NAME, LONGEST_CONTACT, LONGEST_REASON = 6000, 200, 500, 2000
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that is taken for another
_GROUPS, _GROUP = 5, 5
_MAIL = re.compile(r"[^\s@<>\"(),:;]{1,64}@[^\s@<>\"(),:;]{1,180}\.[^\s@<>\"(),:;.]{2,60}")


class Kind(Worded):
    OPEN_RECORDS = "open_records", "Open-records request"
    LITIGATION = "litigation", "Production in litigation"


class Channel(Worded):
    """How it came in."""

    WEB = "web", "Web page"
    MAIL = "mail", "Letter"
    E_MAIL = "e_mail", "E-mail"
    TELEPHONE = "telephone", "Telephone"
    IN_PERSON = "in_person", "In person"


class RequestState(Worded):
    RECEIVED = "received", "Received"
    COLLECTING = "collecting", "Being searched for"
    REVIEWING = "reviewing", "In review"
    ANSWERED = "answered", "Answered"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Outcome(Worded):
    GRANTED = "granted", "Released in full"
    PARTIAL = "partial", "Released in part"
    DENIED = "denied", "Denied"
    NO_RECORDS = "no_records", "No records found"


_S = RequestState
OPEN = frozenset({_S.RECEIVED, _S.COLLECTING, _S.REVIEWING})
REFUSALS = frozenset({Outcome.PARTIAL, Outcome.DENIED})
REQUEST: Machine[RequestState] = Machine(
    "request",
    _S.RECEIVED,
    [
        Transition("acknowledge", frozenset({_S.RECEIVED}), _S.COLLECTING),
        Transition("close the search", frozenset({_S.COLLECTING}), _S.REVIEWING),
        Transition("search again", frozenset({_S.REVIEWING}), _S.COLLECTING),
        Transition("answer", frozenset({_S.COLLECTING, _S.REVIEWING}), _S.ANSWERED),
        Transition("reopen", frozenset({_S.ANSWERED}), _S.REVIEWING),
        Transition("withdraw", OPEN, _S.WITHDRAWN),
    ],
)


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for. Nobody has to say who they are or why (19.35(1)(i))."""

    wanted: str
    since: date | None = None
    until: date | None = None
    name: str = ""
    email: str = ""
    contact: str = ""

    def checked(self) -> "Wanted":
        """The same, trimmed; `InvalidInput` where something is missing, too long or backwards."""
        if self.since and self.until and self.until < self.since:
            raise InvalidInput("The span ends before it begins.", field="until")
        email = self.email.strip()
        if email and not _MAIL.fullmatch(email):
            raise InvalidInput("This is no e-mail address.", field="email")
        return Wanted(
            wanted=said(_plain(self.wanted), "Say what you ask for", LONGEST_WANTED, "wanted"),
            since=self.since,
            until=self.until,
            name=_within(self.name, LONGEST_NAME, "name"),
            email=email,
            contact=_within(self.contact, LONGEST_CONTACT, "contact"),
        )


def _plain(text: str) -> str:
    return text.replace("\x00", "")


def _within(text: str, longest: int, field: str) -> str:
    trimmed = _plain(text).strip()
    if len(trimmed) > longest:
        raise InvalidInput(f"At most {longest:,} characters.", field=field)
    return trimmed


def new_code() -> str:
    """A status code: 125 random bits that a person can read out and write down."""
    letters = [secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP)]
    groups = ("".join(letters[start : start + _GROUP]) for start in range(0, 25, _GROUP))
    return "-".join(groups)


def digest_of(code: str) -> str:
    """What is kept of a code, however it was written: small letters, without dashes, O for 0."""
    plain = re.sub(r"[\s-]", "", code).upper().translate(str.maketrans("OIL", "011"))
    return hashlib.sha256(f"open-records status code {plain}".encode()).hexdigest()


def outcome_of(released: int, held_back: int) -> Outcome:
    """How a request ends, by what is given out and what is not, in whole or in part."""
    if not released:
        return Outcome.DENIED if held_back else Outcome.NO_RECORDS
    return Outcome.PARTIAL if held_back else Outcome.GRANTED
