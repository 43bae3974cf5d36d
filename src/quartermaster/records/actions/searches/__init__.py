"""Searches that people keep: naming, sharing, telling of what is new, forgetting."""

from quartermaster.records.actions.searches.keeping import (
    change_search,
    forget_search,
    save_search,
)
from quartermaster.records.actions.searches.telling import tell_of_new

__all__ = ["change_search", "forget_search", "save_search", "tell_of_new"]
