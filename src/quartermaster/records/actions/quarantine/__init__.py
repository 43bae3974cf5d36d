"""Files that were not taken: looked at by the custodian, released, discarded."""

from quartermaster.records.actions.quarantine.clock import discard_due
from quartermaster.records.actions.quarantine.deciding import discard, read_refused, release

__all__ = ["discard", "discard_due", "read_refused", "release"]
