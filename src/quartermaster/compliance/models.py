"""The tables of the room compliance."""
