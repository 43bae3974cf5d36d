"""The pages of surplus lots and write-offs."""
