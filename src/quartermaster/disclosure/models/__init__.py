"""The tables of the room disclosure."""
