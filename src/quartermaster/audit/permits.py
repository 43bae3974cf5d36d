"""Who may read the ledger."""

from quartermaster.kernel.permits import Scope, permit

AUDIT_VIEW = permit(
    "audit.entry.view",
    "Read the audit ledger",
    {"system": Scope.CITY, "auditor": Scope.CITY, "itmd_admin": Scope.CITY},
)
