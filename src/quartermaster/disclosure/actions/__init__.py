"""The verbs of the room disclosure."""
