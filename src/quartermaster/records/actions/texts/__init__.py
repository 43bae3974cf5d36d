"""Reading the text of what is saved, so that it is found."""

from quartermaster.records.actions.texts.reading import read_due, tool, wake_unread

__all__ = ["read_due", "tool", "wake_unread"]
