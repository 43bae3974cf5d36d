"""Invoices held against what was ordered: pure decisions over plain values (G-12, G-2, C-4)."""

from quartermaster.billing.rules.matching.match import matched

__all__ = ["matched"]
