"""The tables of the room inventory."""
