"""Holds, as what destroys asks for them; who holds devices registers with `inventory.holds`."""

from quartermaster.inventory.holds import hold_on, holds_on
from quartermaster.records.locks import keep_holds_still

__all__ = ["hold_on", "holds_on", "keep_holds_still"]
