"""What is done with the hot-spot pool: by people, and by the clock."""

from quartermaster.lifecycle.actions.loans.clock import take_loan_steps
from quartermaster.lifecycle.actions.loans.ending import cancel_loan, close_loans, give_back
from quartermaster.lifecycle.actions.loans.lending import extend_loan, lend, swap_hotspot
from quartermaster.lifecycle.actions.loans.pool import add_to_pool, remove_from_pool
from quartermaster.lifecycle.actions.loans.reserving import reserve_hotspot

__all__ = [
    "add_to_pool",
    "cancel_loan",
    "close_loans",
    "extend_loan",
    "give_back",
    "lend",
    "remove_from_pool",
    "reserve_hotspot",
    "swap_hotspot",
    "take_loan_steps",
]
