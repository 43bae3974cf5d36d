"""What is due by the clock."""

from datetime import datetime

from quartermaster.files.actions import remove_destroyed
from quartermaster.files.replication import copy_over
from quartermaster.kernel.permits import system
from quartermaster.records.actions import (
    archive,
    capture,
    disposal,
    exports,
    holds,
    inbox,
    quarantine,
    retention,
    texts,
)

HOUSE = system("records")


def take_steps(at: datetime) -> int:
    """Take every step that is due; how many."""
    return (
        holds.take_hold_steps(actor=HOUSE, at=at)
        + capture.take_capture_steps(actor=HOUSE, at=at)
        + capture.forget_strays(actor=HOUSE, at=at)
        + exports.forget_due(actor=HOUSE, at=at)
        + quarantine.discard_due(actor=HOUSE, at=at)
    )


def replicate(at: datetime) -> int:
    """Copy to the second store what it has not yet, and keep locks as they must be; how many."""
    return copy_over(at=at) + archive.keep_locks(actor=HOUSE, at=at)


def dispose(at: datetime) -> int:
    """Put under retention what is not yet, make batches of what is due, destroy what may go."""
    kept = retention.keep_earlier_ones(actor=HOUSE, at=at)
    made = len(disposal.make_batches(actor=HOUSE, at=at))
    gone = disposal.execute_due(actor=HOUSE, at=at)
    certified = disposal.certify_done(actor=HOUSE, at=at)
    return kept + made + gone + certified + remove_destroyed(at=at)


def sign(at: datetime) -> bool:
    """Sign how the archive stands; whether it had grown."""
    return archive.sign_checkpoint(actor=HOUSE, at=at) is not None


def stamp(at: datetime) -> int:
    """Have what is signed stamped by the authority; how many."""
    return archive.take_stamps(actor=HOUSE, at=at)


def audit(at: datetime) -> int:
    """Audit the archive; how many faults are new."""
    return len(archive.audit_archive(actor=HOUSE, at=at)[1])


def read_texts(at: datetime) -> int:
    """Read the text of files that were saved; how many."""
    texts.wake_unread(actor=HOUSE, at=at)
    return texts.read_due(actor=HOUSE, at=at)


def fetch_mail(at: datetime) -> int:
    """Take in what lies in the mailbox; how many."""
    return inbox.fetch(actor=HOUSE, at=at)


def look_into_folder(at: datetime) -> int:
    """Take what lies still in the folder of scans; how many."""
    return capture.look_into_folder(actor=HOUSE, at=at)
