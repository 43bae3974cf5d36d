"""The tables of the room policy: documents, and requirements."""
