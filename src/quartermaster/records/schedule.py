"""What is due by the clock."""

from datetime import datetime

from quartermaster.kernel.permits import system
from quartermaster.records.actions import archive, capture, exports, holds

HOUSE = system("records")


def take_steps(at: datetime) -> int:
    """Take every step that is due; how many."""
    return (
        holds.take_hold_steps(actor=HOUSE, at=at)
        + capture.take_capture_steps(actor=HOUSE, at=at)
        + capture.forget_strays(actor=HOUSE, at=at)
        + exports.forget_due(actor=HOUSE, at=at)
    )


def sign(at: datetime) -> bool:
    """Sign how the archive stands; whether it had grown."""
    return archive.sign_checkpoint(actor=HOUSE, at=at) is not None


def audit(at: datetime) -> int:
    """Audit the archive; how many faults are new."""
    return len(archive.audit_archive(actor=HOUSE, at=at)[1])
