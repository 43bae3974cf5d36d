"""Verbs of the room records."""
