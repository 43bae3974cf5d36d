"""How what is due goes: reviewed, approved by two, waited for, destroyed one by one, certified."""

import hashlib
import json
from collections.abc import Iterable

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded

LONGEST_RECEIPT = 500


class BatchState(Worded):
    REVIEW = "review", "To be reviewed"
    APPROVED = "approved", "Waits for a second person"
    WAITING = "waiting", "Approved by two, waits"
    EXECUTING = "executing", "Being destroyed"
    DONE = "done", "Destroyed"
    CERTIFIED = "certified", "Destroyed, with certificate"
    STOPPED = "stopped", "Stopped"


class EntryState(Worded):
    LISTED = "listed", "To go"
    KEPT_OUT = "kept_out", "Kept out"
    DESTROYED = "destroyed", "Destroyed"
    KEPT = "kept", "Kept"


_B = BatchState
STOPPABLE = frozenset({_B.REVIEW, _B.APPROVED, _B.WAITING, _B.EXECUTING})
OPEN_BATCHES = STOPPABLE
BATCH: Machine[BatchState] = Machine(
    "batch",
    _B.REVIEW,
    [
        Transition("approve", frozenset({_B.REVIEW}), _B.APPROVED),
        Transition("approve as the second", frozenset({_B.APPROVED}), _B.WAITING),
        Transition("execute", frozenset({_B.WAITING}), _B.EXECUTING),
        Transition("finish", frozenset({_B.EXECUTING}), _B.DONE),
        Transition("certify", frozenset({_B.DONE}), _B.CERTIFIED),
        Transition("stop", STOPPABLE, _B.STOPPED),
    ],
)
_E = EntryState
ENTRY: Machine[EntryState] = Machine(
    "entry",
    _E.LISTED,
    [
        Transition("keep out", frozenset({_E.LISTED}), _E.KEPT_OUT),
        Transition("destroy", frozenset({_E.LISTED}), _E.DESTROYED),
        Transition("keep", frozenset({_E.LISTED}), _E.KEPT),
    ],
)


def digest_of(number: str, series: str, disposition: str, subjects: Iterable[str]) -> str:
    """What two people agree to: this series, this disposition, exactly these things."""
    said = {
        "batch": number,
        "disposition": disposition,
        "series": series,
        "things": sorted(subjects),
    }
    written = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def purpose_of(batch_id: object, digest: str) -> str:
    """What a person proves who they are for."""
    return f"records.disposal/{batch_id}/{digest}"


def leaf_of(
    *, number: str, destroyed: str, digest: str, files: Iterable[str], series: str, batch: str
) -> str:
    """The line of the log that says that something was destroyed; none of its words."""
    said = {
        "batch": batch,
        "destroyed": destroyed,
        "digest": digest,
        "files": list(files),
        "number": number,
        "series": series,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"))
