"""BagIt packages: records taken out and taken in."""
