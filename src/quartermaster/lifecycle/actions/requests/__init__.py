"""What is done with a request: by people, by the clock, and by what changes around it."""

from quartermaster.lifecycle.actions.requests.asking import ask, may_ask_for, withdraw
from quartermaster.lifecycle.actions.requests.authorising import (
    DROPPED,
    TO_ORDER,
    Supply,
    authorise,
    refuse,
)
from quartermaster.lifecycle.actions.requests.clock import take_request_steps
from quartermaster.lifecycle.actions.requests.following import (
    close_excluded,
    close_of_person,
    follow_move,
)
from quartermaster.lifecycle.actions.requests.recommending import (
    decline,
    needs_reason,
    recommend,
)
from quartermaster.lifecycle.actions.requests.reserving import release, reserve
from quartermaster.lifecycle.actions.requests.supplying import hand_out_item

__all__ = [
    "DROPPED",
    "TO_ORDER",
    "Supply",
    "ask",
    "authorise",
    "close_excluded",
    "close_of_person",
    "decline",
    "follow_move",
    "hand_out_item",
    "may_ask_for",
    "needs_reason",
    "recommend",
    "refuse",
    "release",
    "reserve",
    "take_request_steps",
    "withdraw",
]
