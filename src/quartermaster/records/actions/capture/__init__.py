"""Saving records, announcing what still lies on a device, and what the clock does with both."""

from quartermaster.records.actions.capture.announcing import announce, give_up, withdraw
from quartermaster.records.actions.capture.clock import (
    follow_release,
    forget_strays,
    take_capture_steps,
)
from quartermaster.records.actions.capture.folder import look as look_into_folder
from quartermaster.records.actions.capture.reading import read_conversation, read_item
from quartermaster.records.actions.capture.receiving import receive_item
from quartermaster.records.actions.capture.residue import confirm_gone
from quartermaster.records.actions.capture.saving import save_record

__all__ = [
    "announce",
    "confirm_gone",
    "follow_release",
    "forget_strays",
    "give_up",
    "look_into_folder",
    "read_conversation",
    "read_item",
    "receive_item",
    "save_record",
    "take_capture_steps",
    "withdraw",
]
