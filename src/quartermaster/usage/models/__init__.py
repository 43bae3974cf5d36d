"""The tables of the room usage."""
