"""Reads of the room disclosure."""
