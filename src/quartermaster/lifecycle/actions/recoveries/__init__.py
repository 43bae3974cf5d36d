"""What is done about people who leave: by the house, by the clock, by ITMD and coordinators."""

from quartermaster.lifecycle.actions.recoveries.charges import (
    add_charge,
    charge_from_invoice,
    note_paid,
)
from quartermaster.lifecycle.actions.recoveries.clock import take_recovery_steps
from quartermaster.lifecycle.actions.recoveries.closing import close, close_settled
from quartermaster.lifecycle.actions.recoveries.letters import demand, hand_over, open_letter
from quartermaster.lifecycle.actions.recoveries.letting_go import (
    agree_to_let_go,
    ask_to_let_go,
    keep_due,
)
from quartermaster.lifecycle.actions.recoveries.opening import (
    announce_recovery,
    begin_recovery,
    call_off_recovery,
)
from quartermaster.lifecycle.actions.recoveries.settling import (
    confirm_records,
    set_value,
    settle_returned,
)

__all__ = [
    "add_charge",
    "agree_to_let_go",
    "announce_recovery",
    "ask_to_let_go",
    "begin_recovery",
    "call_off_recovery",
    "charge_from_invoice",
    "close",
    "close_settled",
    "confirm_records",
    "demand",
    "hand_over",
    "keep_due",
    "note_paid",
    "open_letter",
    "set_value",
    "settle_returned",
    "take_recovery_steps",
]
