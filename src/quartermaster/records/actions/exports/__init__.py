"""Exports of messages: taken in for a while, chosen out of, and gone."""

from quartermaster.records.actions.exports.choosing import choose, say_order
from quartermaster.records.actions.exports.ending import cancel, forget_due
from quartermaster.records.actions.exports.saving import save_chosen
from quartermaster.records.actions.exports.staging import take_export

__all__ = ["cancel", "choose", "forget_due", "save_chosen", "say_order", "take_export"]
