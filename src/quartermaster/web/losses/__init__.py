"""The pages of what is lost, stolen or damaged."""
