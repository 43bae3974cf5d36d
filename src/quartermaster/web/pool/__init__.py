"""The pages of the hot-spot pool: its calendar, loans, what is in it."""
