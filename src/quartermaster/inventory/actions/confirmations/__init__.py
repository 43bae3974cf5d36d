"""Asking holders whether they have their devices."""

from quartermaster.inventory.actions.confirmations.answering import answer
from quartermaster.inventory.actions.confirmations.asking import ask_holders
from quartermaster.inventory.actions.confirmations.clock import take_steps

__all__ = ["answer", "ask_holders", "take_steps"]
