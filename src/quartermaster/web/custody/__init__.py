"""Pages of the chain of custody: the life of one thing, labels, counts, photographs."""
