"""Pure decisions of the room billing."""
