"""The verbs on the ways out of the City's property (C-3)."""

from quartermaster.lifecycle.actions.disposals.lots import (
    add_accessory_to_lot,
    add_to_lot,
    approve_lot,
    cancel_lot,
    dispose_lot,
    open_lot,
    remove_from_lot,
    reopen_lot,
)
from quartermaster.lifecycle.actions.disposals.write_offs import (
    approve_write_off,
    ask_write_off,
    correct_mistake,
    refuse_write_off,
)

__all__ = [
    "add_accessory_to_lot",
    "add_to_lot",
    "approve_lot",
    "approve_write_off",
    "ask_write_off",
    "cancel_lot",
    "correct_mistake",
    "dispose_lot",
    "open_lot",
    "refuse_write_off",
    "remove_from_lot",
    "reopen_lot",
]
