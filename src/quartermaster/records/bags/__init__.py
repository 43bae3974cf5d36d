"""BagIt packages (RFC 8493): records taken out with their proofs, and taken in again."""
