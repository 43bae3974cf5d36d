"""What the log says of a record, and what an audit of the archive may find."""

import json
from collections.abc import Sequence
from enum import StrEnum


def leaf_of(number: str, digest: str, files: Sequence[str]) -> str:
    """A record's line in the log: its number, its digest, those of its files; none of its words."""
    said = {"digest": digest, "files": list(files), "number": number}
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


class Fault(StrEnum):
    """What is wrong with the archive, by name."""

    CUT = "cut"
    REORDERED = "reordered"
    REWRITTEN = "rewritten"
    UNLOGGED = "unlogged"
    CHANGED = "changed"
    FORGED = "forged"
    MISSING = "missing"
    DAMAGED = "damaged"
    REMAINS = "remains"
    REPLICA = "replica"
    STAMP = "stamp"

    @property
    def label(self) -> str:
        return {
            Fault.CUT: "The log is shorter than it was",
            Fault.REORDERED: "The log is in another order",
            Fault.REWRITTEN: "The log is not what was signed",
            Fault.UNLOGGED: "A record is not in the log",
            Fault.CHANGED: "A record is not what the log says",
            Fault.FORGED: "A checkpoint is not ours",
            Fault.MISSING: "A file is missing from the store",
            Fault.DAMAGED: "A file is not what was stored",
            Fault.REMAINS: "What was destroyed is still there",
            Fault.STAMP: "A time stamp is not of its checkpoint",
            Fault.REPLICA: "The replica of a file was not what was stored",
        }[self]
