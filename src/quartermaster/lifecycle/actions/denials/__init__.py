"""What follows when a holder says that they do not have a device (C-3, G-11)."""

from quartermaster.lifecycle.actions.denials.ending import explain_denial, follow_device
from quartermaster.lifecycle.actions.denials.opening import open_denial
from quartermaster.lifecycle.actions.denials.reminding import remind_denials

__all__ = ["explain_denial", "follow_device", "open_denial", "remind_denials"]
