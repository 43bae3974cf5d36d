"""Tables of the room records."""

from quartermaster.records.models.capture import Announcement, Record, RecordItem
from quartermaster.records.models.holds import (
    HeldDevice,
    Hold,
    HoldAcknowledgement,
    HoldKeeper,
    HoldTerms,
)

__all__ = [
    "Announcement",
    "HeldDevice",
    "Hold",
    "HoldAcknowledgement",
    "HoldKeeper",
    "HoldTerms",
    "Record",
    "RecordItem",
]
