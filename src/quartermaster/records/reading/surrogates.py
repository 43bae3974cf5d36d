"""Mending XML whose emoji are two references to surrogates, as phones write it; in a stream."""

import re
from collections.abc import Iterable, Iterator

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
_LONGEST = 16  # bytes of one reference, more than any has
_ALLOWED_LOW = {0x9, 0xA, 0xD}
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_UNKNOWN = b"\xef\xbf\xbd"
_CONTROLS = bytes(one for one in range(32) if one not in _ALLOWED_LOW)
_SPACES = bytes.maketrans(_CONTROLS, b" " * len(_CONTROLS))


def mended(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same document, which a strict parser reads: nothing else is changed."""
    rest = b""
    for piece in pieces:
        data = rest + piece
        at = _cut(data)
        yield _mend(data[:at])
        rest = data[at:]
    yield _mend(rest)


def _cut(data: bytes) -> int:
    """How far no reference, and no pair of them, is cut in two."""
    at = data.find(b"&", max(0, len(data) - _LONGEST))
    if at < 0:
        at = len(data)
    # what ends here may be the first of a pair
    before = data.rfind(b"&#", max(0, at - _LONGEST), at)
    if before >= 0:
        found = _REFERENCE.fullmatch(data[before:at])
        if found and _code(found) in _HIGH:
            return before
    return at


def _mend(data: bytes) -> bytes:
    made: list[bytes] = []
    at, before, high = 0, 0, False
    for found in _REFERENCE.finditer(data):
        code, between = _code(found), data[at : found.start()]
        if high and not between and code in _LOW:
            made.append(chr(0x10000 + ((before - 0xD800) << 10) + code - 0xDC00).encode())
            at, high = found.end(), False
            continue
        made += [_UNKNOWN if high else b"", between]
        high, before, at = code in _HIGH, code, found.end()
        if not high:
            made.append(_UNKNOWN if _unfit(code) else found[0])
    made += [_UNKNOWN if high else b"", data[at:]]
    return b"".join(made).translate(_SPACES)


def _code(found: re.Match[bytes]) -> int:
    return int(found[1], 16) if found[1] else int(found[2])


def _unfit(code: int) -> bool:
    """Whether XML has no such character."""
    control = code < 0x20 and code not in _ALLOWED_LOW  # noqa: PLR2004 (the controls of ASCII)
    return control or code in _LOW or code in {0xFFFE, 0xFFFF} or code > 0x10FFFF  # noqa: PLR2004 (the end of Unicode)
