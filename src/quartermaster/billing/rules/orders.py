"""The way of a purchase order, and decisions about it on plain values (G-12)."""

from collections.abc import Mapping
from datetime import date

from quartermaster.billing.errors import NeedsAnother
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.money import LARGEST
from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

MOST_LINES = 200
MOST_QUANTITY = 500
LONGEST_REASON = 300


class OrderState(Worded):
    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    SENT = "sent", "Sent to the vendor"
    PARTLY = "partly", "Partly received"
    RECEIVED = "received", "Received"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


class LineKind(Worded):
    DEVICE = "device", "Device"
    LINE = "line", "Line"
    ACCESSORY = "accessory", "Accessory"


class PieceState(Worded):
    KEPT = "kept", "In stock"
    RETURNED = "returned", "Went back to the vendor"


_S = OrderState
ORDER: Machine[OrderState] = Machine(
    "order",
    _S.DRAFT,
    [
        Transition("approve", frozenset({_S.DRAFT}), _S.APPROVED),
        Transition("send", frozenset({_S.APPROVED}), _S.SENT),
        Transition("receive in part", frozenset({_S.SENT, _S.PARTLY}), _S.PARTLY),
        Transition("receive", frozenset({_S.SENT, _S.PARTLY}), _S.RECEIVED),
        Transition("close", frozenset({_S.PARTLY, _S.RECEIVED}), _S.CLOSED),
        Transition("cancel", frozenset({_S.DRAFT, _S.APPROVED, _S.SENT}), _S.CANCELLED),
    ],
)
APPROVED_STATES = frozenset({_S.APPROVED, _S.SENT, _S.PARTLY, _S.RECEIVED, _S.CLOSED})
SENT_STATES = frozenset({_S.SENT, _S.PARTLY, _S.RECEIVED, _S.CLOSED})
OVER_STATES = frozenset({_S.CLOSED, _S.CANCELLED})
OPEN_STATES = frozenset({_S.SENT, _S.PARTLY})


def require_another(*, total: int, limit: int, raised_by: object, approver: object) -> None:
    """Raise `NeedsAnother` where an order above the limit is approved by who raised it (G-12)."""
    if total > limit and raised_by == approver:
        raise NeedsAnother(
            "This order is above the limit: another person than who raised it approves it."
        )


def require_amount(cents: int, field: str) -> int:
    """The cents, or `InvalidInput` where they are negative or too many."""
    if not 0 <= cents <= LARGEST:
        raise InvalidInput("An amount is not negative, and not beyond reason.", field=field)
    return cents


def require_span(starts_on: date, ends_on: date | None) -> None:
    """Raise `InvalidInput` where a contract would end before it begins."""
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput("The last day is before the first.", field="ends_on")


def require_reason(reason: str, what: str) -> str:
    """A reason that says something and fits, or `InvalidInput`."""
    plain = " ".join(reason.split())
    if not plain:
        raise InvalidInput(f"{what}.", field="reason")
    if len(plain) > LONGEST_REASON:
        raise InvalidInput(f"At most {LONGEST_REASON} characters.", field="reason")
    return plain


def rate_on(rates: Mapping[date, int], day: date) -> int | None:
    """The rate in force on a day: the newest that began by then; None before the first."""
    begun = [start for start in rates if start <= day]
    return rates[max(begun)] if begun else None
