"""The pages of what waits for the reader, and of who stands in for whom."""
