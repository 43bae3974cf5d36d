"""JSON in one canonical form, and JSON from outside within stated bounds."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge
from quartermaster.drivers.apple.wire.measure import require_bounded

DEEPEST = 32
MOST_NODES = 50_000


def canonical(value: Any) -> bytes:
    """The one rendering of a value: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(value: Any) -> str:
    """A token that changes whenever the value does: 64 hexadecimal digits, as long as may be."""
    return hashlib.sha256(canonical(value)).hexdigest()


def loads(body: bytes, *, limit: int) -> dict[str, Any]:
    """Parse one JSON object.

    Raises:
        TooLarge: more than ``limit`` bytes, 32 levels or 50,000 nodes.
        Malformed: not JSON, or not an object.
    """
    if len(body) > limit:
        raise TooLarge(f"The document has {len(body)} bytes; {limit} are allowed.")
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise TooLarge(f"The document is nested more than {DEEPEST} levels deep.") from None
    except ValueError as problem:  # also what is not UTF-8, and a number of thousands of digits
        raise Malformed("The document is not well-formed JSON.") from problem
    if not isinstance(value, dict):
        raise Malformed("The document is not a JSON object.")
    require_bounded(value, "The document", nodes=MOST_NODES, levels=DEEPEST)
    return value


def text(source: Mapping[str, Any], key: str, longest: int = 255) -> str:
    """A string, or empty where there is none; without what a database cannot keep."""
    value = source.get(key)
    return clean(value, longest) if isinstance(value, str) else ""


def clean(value: str, longest: int = 255) -> str:
    """At most ``longest`` characters, without NUL and halves of characters."""
    kept = value[:longest].replace("\x00", "")
    return kept.encode("utf-8", "replace").decode("utf-8")


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
