"""Disposal: batches of what is due, two approvals, a wait, destruction, the certificate."""

from quartermaster.records.actions.disposal.certifying import certify_done
from quartermaster.records.actions.disposal.common import purpose_now
from quartermaster.records.actions.disposal.deciding import (
    approve_as_second,
    approve_batch,
    confirm_transfer,
    keep_out,
    stop_batch,
)
from quartermaster.records.actions.disposal.executing import execute_due
from quartermaster.records.actions.disposal.making import make_batches

__all__ = [
    "approve_as_second",
    "approve_batch",
    "certify_done",
    "confirm_transfer",
    "execute_due",
    "keep_out",
    "make_batches",
    "purpose_now",
    "stop_batch",
]
