"""Typed access to a parsed property list: a wrong type is an error that names the key."""

from collections.abc import Mapping
from typing import Any

from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge

LONGEST_TEXT = 4096
LONGEST_DATA = 256 * 1024


def text(source: Mapping[str, Any], key: str) -> str:
    """A string that must be there."""
    value = optional_text(source, key)
    if not value:
        raise Malformed(f"“{key}” is missing.")
    return value


def optional_text(source: Mapping[str, Any], key: str) -> str:
    """A string, or empty where the key is absent."""
    value = source.get(key, "")
    if not isinstance(value, str):
        raise Malformed(f"“{key}” must be a string.")
    if len(value) > LONGEST_TEXT:
        raise Malformed(f"“{key}” is too long.")
    return value


def data(source: Mapping[str, Any], key: str) -> bytes:
    """Bytes that must be there."""
    value = optional_data(source, key)
    if not value:
        raise Malformed(f"“{key}” is missing.")
    return value


def optional_data(source: Mapping[str, Any], key: str, longest: int = LONGEST_DATA) -> bytes:
    """Bytes, or empty where the key is absent."""
    value = source.get(key, b"")
    if not isinstance(value, bytes):
        raise Malformed(f"“{key}” must be data.")
    if len(value) > longest:
        raise TooLarge(f"“{key}” has {len(value)} bytes; {longest} are allowed.")
    return value


def flag(source: Mapping[str, Any], key: str) -> bool:
    value = source.get(key, False)
    if not isinstance(value, bool):
        raise Malformed(f"“{key}” must be true or false.")
    return value
