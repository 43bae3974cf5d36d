"""The pages of returns and of sanitisation."""
