"""Delivering software: deciding on it, assigning it, and bringing devices to it."""

from quartermaster.mdm.actions.software.assign import (
    assign_software,
    end_assignment,
    forget_wish,
    try_again,
    wish_for,
)
from quartermaster.mdm.actions.software.catalogue import (
    Details,
    add_package,
    add_software,
    change_software,
    retire_software,
    withdraw_package,
)
from quartermaster.mdm.actions.software.settle import leave, settle, settle_due, start_over
from quartermaster.mdm.actions.software.standing_for import approve_package, standing_for

__all__ = [
    "Details",
    "add_package",
    "add_software",
    "approve_package",
    "assign_software",
    "change_software",
    "end_assignment",
    "forget_wish",
    "leave",
    "retire_software",
    "settle",
    "settle_due",
    "standing_for",
    "start_over",
    "try_again",
    "wish_for",
    "withdraw_package",
]
