"""The life of a loan from the hot-spot pool (G-8)."""

from django.db.models import TextChoices

from quartermaster.kernel.transitions import Machine, Transition


class LoanState(TextChoices):
    """Reserved for a span, with its borrower, back again; or it never came to it."""

    RESERVED = "reserved", "Reserved"
    LENT = "lent", "Lent"
    OVERDUE = "overdue", "Overdue"
    RETURNED = "returned", "Returned"
    CANCELLED = "cancelled", "Cancelled"
    NO_SHOW = "no_show", "Not collected"


class Condition(TextChoices):
    """How a hot-spot came back."""

    GOOD = "good", "Good"
    WORN = "worn", "Worn, works"
    DEFECTIVE = "defective", "Does not work"


RESET_STEPS = {
    "factory_reset": "Reset to factory settings",
    "admin_password": "New administrator password",
    "wifi_password": "New Wi-Fi name and password, printed on the label",
    "firmware": "Firmware is up to date",
    "complete": "Charger and pouch are there",
}

_S = LoanState
WITH_BORROWER = frozenset({_S.LENT, _S.OVERDUE})
LIVE_LOANS = WITH_BORROWER | {_S.RESERVED}
LOAN: Machine[LoanState] = Machine(
    "loan",
    _S.RESERVED,
    [
        Transition("lend", frozenset({_S.RESERVED}), _S.LENT),
        Transition("run over", frozenset({_S.LENT}), _S.OVERDUE),
        Transition("extend", WITH_BORROWER, _S.LENT),
        Transition("give back", WITH_BORROWER, _S.RETURNED),
        Transition("cancel", frozenset({_S.RESERVED}), _S.CANCELLED),
        Transition("release", frozenset({_S.RESERVED}), _S.NO_SHOW),
    ],
)
LONGEST_LOAN_DAYS = 92
LOAN_DAYS = {"remind": 2, "collect": 1, "suspend": 2, "ahead": 180}
