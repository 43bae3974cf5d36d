"""The pages of findings: the list, each with its story, and what may be done about it."""
