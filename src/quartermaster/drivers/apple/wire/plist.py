"""XML property lists, within stated bounds.

Binary property lists are refused: 122 bytes of shared references expand to megabytes. So is every
document type but Apple's own line, and with it every entity.
"""

import plistlib
import re
from collections.abc import Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from quartermaster.drivers.apple.wire import plain
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge
from quartermaster.drivers.apple.wire.measure import require_bounded

LIMIT = 1024 * 1024
DEEPEST = 64
MOST_NODES = 50_000

_DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>")
_OURS = re.compile(
    rb'<!DOCTYPE\s+plist\s+PUBLIC\s+"-//Apple(?: Computer)?//DTD PLIST 1\.0//EN"\s+'
    rb'"https?://www\.apple\.com/DTDs/PropertyList-1\.0\.dtd"\s*>'
)


def loads(body: bytes, *, limit: int = LIMIT) -> dict[str, Any]:
    """Parse one XML property list whose root is a dictionary.

    Args:
        body: the bytes as received.
        limit: the largest size accepted, in bytes.

    Raises:
        TooLarge: more than ``limit`` bytes, 64 levels or 50,000 nodes.
        Malformed: binary, entities, another document type, not a dictionary.
    """
    if len(body) > limit:
        raise TooLarge(f"The property list has {len(body)} bytes; {limit} are allowed.")
    if body.startswith(b"bplist"):
        raise Malformed("Binary property lists are not accepted; send XML.")
    if (read := plain.read(body)) is not None:
        return read
    _refuse_declarations(body)
    try:
        value = plistlib.loads(body, fmt=plistlib.FMT_XML)
    except (
        ExpatError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
    ) as problem:
        raise Malformed("The property list is not well-formed.") from problem
    except (plistlib.InvalidFileException, OverflowError, LookupError) as problem:
        raise Malformed("The property list cannot be read.") from problem
    if not isinstance(value, dict):
        raise Malformed("The property list is not a dictionary.")
    require_bounded(value, "The property list", nodes=MOST_NODES, levels=DEEPEST)
    return value


def dumps(value: Mapping[str, Any]) -> bytes:
    """Render a property list as XML."""
    return plistlib.dumps(dict(value), fmt=plistlib.FMT_XML, sort_keys=False)


def _refuse_declarations(body: bytes) -> None:
    if b"\x00" in body:  # UTF-16 and UTF-32 would hide a declaration from the search below
        raise Malformed("The property list is not UTF-8.")
    rest = body
    found = _DOCTYPE.search(body)
    if found:
        if not _OURS.fullmatch(found.group()):
            raise Malformed("The document type is not Apple's.")
        rest = body[: found.start()] + body[found.end() :]
    if b"<!DOCTYPE" in rest or b"<!ENTITY" in rest or b"<!ATTLIST" in rest:
        raise Malformed("Entities and declarations are not accepted.")
