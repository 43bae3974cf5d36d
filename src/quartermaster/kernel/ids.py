"""Identifiers: UUID version 7 (RFC 9562), so that rows sort by their birth."""

from uuid import UUID

from uuid_utils.compat import uuid7

__all__ = ["UUID", "new_id"]


def new_id() -> UUID:
    """A fresh UUIDv7. An identifier, never a credential."""
    return uuid7()
