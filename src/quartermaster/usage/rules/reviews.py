"""ITMD's review of a month's usage, and the mail of it, as machines of states."""

from enum import StrEnum

from quartermaster.kernel.transitions import Machine, Transition


class ReviewState(StrEnum):
    """Open until a person of ITMD signs it."""

    OPEN = "open"
    SIGNED = "signed"

    @property
    def label(self) -> str:
        return {"open": "To be reviewed", "signed": "Signed"}[self.value]


REVIEW = Machine(
    "review",
    ReviewState.OPEN,
    [Transition("sign", frozenset({ReviewState.OPEN}), ReviewState.SIGNED)],
)


class Looked(StrEnum):
    """What a reviewer says they looked at; all of it belongs to a review."""

    DEPARTMENTS = "departments"
    OUTLIERS = "outliers"
    COSTS = "costs"
    ABROAD = "abroad"
    NOBODYS = "nobodys"
    DELIVERY = "delivery"

    @property
    def label(self) -> str:
        return {
            "departments": "The summary of each department",
            "outliers": "Lines that use far more than others on their plan",
            "costs": "Cost and overage, against the months before",
            "abroad": "Roaming and international use",
            "nobodys": "Lines that belong to nobody",
            "delivery": "Whether every coordinator got the summary",
        }[self.value]


class PostState(StrEnum):
    """Due until it was handed to the mail; left where its coordinator is none any longer."""

    DUE = "due"
    POSTED = "posted"
    LEFT = "left"

    @property
    def label(self) -> str:
        return {"due": "To be sent", "posted": "Sent", "left": "Not sent"}[self.value]


POST = Machine(
    "summary",
    PostState.DUE,
    [
        Transition("post", frozenset({PostState.DUE}), PostState.POSTED),
        Transition("wait", frozenset({PostState.DUE}), PostState.DUE),
        Transition("leave", frozenset({PostState.DUE}), PostState.LEFT),
    ],
)
