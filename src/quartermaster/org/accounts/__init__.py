"""Log-ins: how a person proves who they are, and how that ends.

The people's door calls `authenticate`, then hands the user to Django's session. On each request
it asks `is_over` with the instants it keeps in the session.
"""

from quartermaster.org.accounts.authentication import authenticate
from quartermaster.org.accounts.links import invite, link_for, person_of, redeem
from quartermaster.org.accounts.passwords import (
    change_password,
    close_account,
    end_sessions,
    open_account,
)
from quartermaster.org.accounts.proofs import (
    Proof,
    is_genuine,
    prove,
    require_proof,
    why_unsettled,
)
from quartermaster.org.accounts.resets import ANSWER, answer_resets, ask_reset
from quartermaster.org.accounts.throttle import forget_attempts
from quartermaster.org.rules.sessions import idle_limit, is_over

__all__ = [
    "ANSWER",
    "Proof",
    "answer_resets",
    "ask_reset",
    "authenticate",
    "change_password",
    "close_account",
    "end_sessions",
    "forget_attempts",
    "idle_limit",
    "invite",
    "is_genuine",
    "is_over",
    "link_for",
    "open_account",
    "person_of",
    "prove",
    "redeem",
    "require_proof",
    "why_unsettled",
]
