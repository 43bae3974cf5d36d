"""Pure decisions of the room records."""
