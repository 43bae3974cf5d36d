"""The retention schedule, what is due by it, and how that is destroyed."""
