"""What is done with carriers' invoices."""

from quartermaster.billing.actions.invoices.keeping import keep_invoice

__all__ = ["keep_invoice"]
