"""The archive's log: appended with each record, signed by the clock, audited against the store."""

from quartermaster.records.actions.archive.audit import audit_archive
from quartermaster.records.actions.archive.locking import keep_locks
from quartermaster.records.actions.archive.log import append, append_destruction, sign_checkpoint
from quartermaster.records.actions.archive.stamping import take_stamps

__all__ = [
    "append",
    "append_destruction",
    "audit_archive",
    "keep_locks",
    "sign_checkpoint",
    "take_stamps",
]
