"""Tables of the room records."""

from quartermaster.records.models.holds import (
    HeldDevice,
    Hold,
    HoldAcknowledgement,
    HoldKeeper,
    HoldTerms,
)

__all__ = ["HeldDevice", "Hold", "HoldAcknowledgement", "HoldKeeper", "HoldTerms"]
