"""The tables of the room policy."""
