"""The verbs of the room billing."""
