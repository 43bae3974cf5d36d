"""The verbs of the room usage."""
