"""What may be read of a carrier's file: families of files, the fields of each with its form.

A profile names for each field the headings under which carriers write it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """What the rows of a file are."""

    ACCOUNT = "account"
    LINES = "lines"
    CHARGES = "charges"
    VOICE = "voice"
    MESSAGE = "message"
    DATA = "data"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_detail(self) -> bool:
        """Whether its rows are what single people did: guarded by G-9."""
        return self in DETAIL


_LABELS = {
    Family.ACCOUNT: "Account summary",
    Family.LINES: "Wireless summary",
    Family.CHARGES: "Wireless charges",
    Family.VOICE: "Voice detail",
    Family.MESSAGE: "Message detail",
    Family.DATA: "Data detail",
}
DETAIL = frozenset({Family.VOICE, Family.MESSAGE, Family.DATA})


class Form(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    PHONE = "phone"  # a line's number, which must be one
    PARTY = "party"  # the other party: a number where it is one, else the text
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"  # day and time in one cell
    SPAN = "span"  # two days in one cell
    CENTS = "cents"
    DURATION = "duration"  # to seconds
    VOLUME = "volume"  # to kilobytes
    COUNT = "count"
    WORDS = "words"  # one of the values that the profile lists words for


@dataclass(frozen=True)
class Field:
    """A field with its form; ``values`` are those that words lead to."""

    form: Form
    title: str
    needed: bool = False
    values: tuple[str, ...] = ()


_CYCLE = {
    "account": Field(Form.TEXT, "Account number"),
    "cycle_from": Field(Form.DATE, "First day of the bill cycle"),
    "cycle_until": Field(Form.DATE, "Last day of the bill cycle"),
    "cycle_span": Field(Form.SPAN, "Bill cycle, both days in one cell"),
}
_NUMBER = Field(Form.PHONE, "Number of the line", needed=True)
_DETAIL = {
    **_CYCLE,
    "number": _NUMBER,
    "at": Field(Form.MOMENT, "Day and time"),
    "date": Field(Form.DATE, "Day"),
    "time": Field(Form.TIME, "Time"),
    "service": Field(Form.TEXT, "Service or feature"),
    "roaming": Field(Form.WORDS, "Roaming", values=("yes",)),
    "international": Field(Form.WORDS, "International", values=("yes",)),
    "amount": Field(Form.CENTS, "Charge"),
}
_PARTY = {
    "other": Field(Form.PARTY, "Other party"),
    "direction": Field(Form.WORDS, "Direction", values=("in", "out")),
    "origin": Field(Form.TEXT, "Origin"),
    "destination": Field(Form.TEXT, "Destination"),
}
CHARGE = "charge"  # the field of every column that is an amount of one kind

FIELDS: Mapping[Family, Mapping[str, Field]] = {
    Family.ACCOUNT: {
        **_CYCLE,
        "invoice": Field(Form.TEXT, "Invoice number"),
        "issued_on": Field(Form.DATE, "Day of the invoice"),
        "due_on": Field(Form.DATE, "Due on"),
        "total": Field(Form.CENTS, "Total of this cycle's charges", needed=True),
        CHARGE: Field(Form.CENTS, "Charge of the account, not of a line"),
    },
    Family.LINES: {
        **_CYCLE,
        "invoice": Field(Form.TEXT, "Invoice number"),
        "issued_on": Field(Form.DATE, "Day of the invoice"),
        "number": _NUMBER,
        "user": Field(Form.TEXT, "User's name"),
        "cost_centre": Field(Form.TEXT, "Cost centre"),
        "plan": Field(Form.TEXT, "Plan"),
        "iccid": Field(Form.TEXT, "SIM card's number"),
        "imei": Field(Form.TEXT, "Device's IMEI"),
        "seconds": Field(Form.DURATION, "Voice used"),
        "messages": Field(Form.COUNT, "Messages"),
        "kilobytes": Field(Form.VOLUME, "Data used"),
        "roaming_seconds": Field(Form.DURATION, "Voice used roaming"),
        "roaming_kilobytes": Field(Form.VOLUME, "Data used roaming"),
        "international_seconds": Field(Form.DURATION, "International voice"),
        "total": Field(Form.CENTS, "Total of the line"),
        CHARGE: Field(Form.CENTS, "Charge of the line"),
    },
    Family.CHARGES: {
        **_CYCLE,
        "invoice": Field(Form.TEXT, "Invoice number"),
        "issued_on": Field(Form.DATE, "Day of the invoice"),
        "number": Field(Form.PHONE, "Number of the line, empty for the account's own"),
        "description": Field(Form.TEXT, "What the charge is", needed=True),
        "category": Field(Form.TEXT, "Kind of charge"),
        "amount": Field(Form.CENTS, "Amount", needed=True),
        "from_on": Field(Form.DATE, "From"),
        "until_on": Field(Form.DATE, "Until"),
    },
    Family.VOICE: {**_DETAIL, **_PARTY, "seconds": Field(Form.DURATION, "Length", needed=True)},
    Family.MESSAGE: {
        **_DETAIL,
        **_PARTY,
        "messages": Field(Form.COUNT, "How many, one where there is no column"),
    },
    Family.DATA: {**_DETAIL, "kilobytes": Field(Form.VOLUME, "Volume", needed=True)},
}
