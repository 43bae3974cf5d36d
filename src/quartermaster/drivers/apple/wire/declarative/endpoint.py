"""What a device asks by ``Endpoint``: four words, and the name of one declaration."""

import re
from dataclasses import dataclass
from enum import StrEnum

from quartermaster.drivers.apple.wire.declarative.declarations import Section
from quartermaster.drivers.apple.wire.errors import Malformed

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SECTIONS = frozenset(section.value for section in Section)


class Asked(StrEnum):
    """What is asked."""

    TOKENS = "tokens"
    ITEMS = "declaration-items"
    DECLARATION = "declaration"
    STATUS = "status"


@dataclass(frozen=True)
class Endpoint:
    """One question; ``section`` and ``identifier`` name a declaration."""

    asked: Asked
    section: Section | None = None
    identifier: str = ""


def parse(endpoint: str) -> Endpoint:
    """Read an endpoint; what is none is refused, so that nothing else gets to be a path."""
    if endpoint in {Asked.TOKENS, Asked.ITEMS, Asked.STATUS}:
        return Endpoint(Asked(endpoint))
    word, _, rest = endpoint.partition("/")
    section, _, identifier = rest.partition("/")
    named = section in _SECTIONS and _IDENTIFIER.fullmatch(identifier) and ".." not in identifier
    if word != Asked.DECLARATION or not named:
        raise Malformed("This is no endpoint of declarative management.")
    return Endpoint(Asked.DECLARATION, Section(section), identifier)
