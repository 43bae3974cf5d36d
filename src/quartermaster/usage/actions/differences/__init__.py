"""What is done with totals that do not agree."""

from quartermaster.usage.actions.differences.deciding import assign, resolve

__all__ = ["assign", "resolve"]
