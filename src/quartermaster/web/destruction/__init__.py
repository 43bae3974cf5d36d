"""What destroys: asking, approving, stopping, and what became of it."""
