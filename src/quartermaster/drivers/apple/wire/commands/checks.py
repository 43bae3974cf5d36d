"""What every command has in common: its shape, and the checks of what people put into it."""

import re
from typing import Any

from quartermaster.drivers.apple.wire.errors import Malformed

Command = dict[str, Any]
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,154}")
_PIN = re.compile(r"[0-9]{6}")
_PHONE = re.compile(r"[+0-9 ().-]{3,40}")
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)[:/]")
LONGEST_ADDRESS = 2048
LONGEST_MESSAGE = 500
LONGEST_SECRET = 255


def identifier(value: str) -> str:
    """A bundle identifier."""
    if not _IDENTIFIER.fullmatch(value):
        raise Malformed(f"“{value[:60]}” is no bundle identifier.")
    return value


def pin(value: str) -> str:
    """The six digits with which a Mac is unlocked."""
    if not _PIN.fullmatch(value):
        raise Malformed("A PIN has six digits.")
    return value


def phone(value: str) -> str:
    if not _PHONE.fullmatch(value):
        raise Malformed("The telephone number has characters that no number has.")
    return value


def message(value: str) -> str:
    """Text for the lock screen."""
    text = value.strip()
    if len(text) > LONGEST_MESSAGE or any(ord(c) < ord(" ") and c != "\n" for c in text):
        raise Malformed(f"The message is longer than {LONGEST_MESSAGE} characters or not plain.")
    return text


def secret(value: str) -> str:
    """A password that the house made."""
    if not 0 < len(value) <= LONGEST_SECRET or not value.isascii() or not value.isprintable():
        raise Malformed("The password is empty, too long or not plain.")
    return value


def web_address(value: str) -> str:
    """An address for a device. Without TLS only to this machine itself, where it is simulated."""
    safe = value.startswith("https://") or _LOOPBACK.match(value)
    if not safe or len(value) > LONGEST_ADDRESS or " " in value:
        raise Malformed("The address must begin with https://.")
    return value


def with_texts(command: Command, **texts: str) -> Command:
    """The command with those of the texts that are not empty."""
    return command | {key: value for key, value in texts.items() if value}
