"""The archive's log: appended with each record, signed by the clock, audited against the store."""

from quartermaster.records.actions.archive.audit import audit_archive
from quartermaster.records.actions.archive.log import append, sign_checkpoint

__all__ = ["append", "audit_archive", "sign_checkpoint"]
