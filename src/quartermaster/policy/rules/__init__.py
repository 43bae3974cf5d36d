"""Pure decisions of the room policy."""
