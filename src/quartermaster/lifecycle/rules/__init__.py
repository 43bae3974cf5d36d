"""Pure decisions of the room lifecycle."""
