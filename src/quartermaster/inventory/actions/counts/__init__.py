"""Counting what is in stock."""

from quartermaster.inventory.actions.counts.resolving import resolve
from quartermaster.inventory.actions.counts.scanning import scan
from quartermaster.inventory.actions.counts.taking import (
    cancel_count,
    close_count,
    open_count,
    sign_off,
)

__all__ = ["cancel_count", "close_count", "open_count", "resolve", "scan", "sign_off"]
