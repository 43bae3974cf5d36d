"""The door for the City's own mail host: LMTP (RFC 2033), small and bounded."""
