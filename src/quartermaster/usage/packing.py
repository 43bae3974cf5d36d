"""What a summary says, as it is kept in a row: JSON, compressed."""

import zlib

from quartermaster.usage.rules import contents
from quartermaster.usage.rules.contents import Content


def pack(content: Content) -> bytes:
    return zlib.compress(contents.as_json(content), 6)


def unpack(blob: bytes | memoryview) -> Content:
    return contents.from_json(zlib.decompress(bytes(blob)))
