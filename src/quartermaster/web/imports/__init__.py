"""The pages of carriers' files: what came, what was not taken, what does not add up, profiles."""
