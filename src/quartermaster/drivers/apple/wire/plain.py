"""Property lists as devices write them, read several times quicker than by an XML parser.

Plain ASCII, Apple's own head, no attribute, entity, comment or section: what is of this shape means
the same to every parser of XML, and it is nearly all that devices send. Whatever differs in a
single byte is left to `plist`, which reads everything and says what is wrong.
"""

import binascii
import re
from typing import Any

DEEPEST = 60
MOST_NODES = 50_000

_GAP = rb"[ \t\r\n]*"
_TEXT = rb"[\t\n -%'-;=?-~]"  # no "&", "<" or ">", and no return, which XML would make a new line
_HEAD = re.compile(
    rb'<\?xml version="1\.0" encoding="(?:UTF|utf)-8"\?>%b'
    rb'<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1\.0//EN"'
    rb' "https?://www\.apple\.com/DTDs/PropertyList-1\.0\.dtd">%b'
    rb'<plist version="1\.0">%b' % (_GAP, _GAP, _GAP)
)
_NAMED, _STRING, _TRUTH, _INTEGER, _DATA, _OPENED, _CLOSED = range(1, 8)
_TOKEN = re.compile(
    rb"(?:(?:<key>(%b+)</key>%b)?"
    rb"(?:<string>(%b*)</string>|<(true|false)/>|<integer>(-?[0-9]{1,18})</integer>"
    rb"|<data>([A-Za-z0-9+/= \t\n]*)</data>|<(dict|array)>)|</(dict|array)>)%b"
    % (_TEXT, _GAP, _TEXT, _GAP)
)
_END = re.compile(rb"</plist>%b" % _GAP)


_KINDS: dict[bytes, type[Any]] = {b"dict": dict, b"array": list}


def read(body: bytes) -> dict[str, Any] | None:
    """The dictionary in a message of the plain shape; None for any other message."""
    head = _HEAD.match(body)
    if head is None:
        return None
    around: list[Any] = [[]]  # what is open, outermost first; at the bottom, what holds the root
    place = head.end()
    for _ in range(MOST_NODES):
        token = _TOKEN.match(body, place)
        if token is None:
            return None
        place = token.end()
        if token.lastindex != _CLOSED:
            if not _taken(token, around):
                return None
        elif type(around.pop()) is not _KINDS[token[_CLOSED]] or not around:
            return None
        elif len(around) == 1:
            (root,) = around[0]
            return root if type(root) is dict and _END.fullmatch(body, place) else None
    return None


def _taken(token: re.Match[bytes], around: list[Any]) -> bool:
    """Whether a value was put where it belongs: under its name, or next in its array."""
    value = _value(token)
    name, inside = token[_NAMED], around[-1]
    if value is None or (name is None) is (type(inside) is dict):
        return False
    if name is None:
        inside.append(value)
    else:
        inside[name.decode("ascii")] = value
    if token.lastindex == _OPENED:
        around.append(value)
    return 1 < len(around) <= DEEPEST


def _value(token: re.Match[bytes]) -> Any:
    which = token.lastindex
    if which == _STRING:
        return token[_STRING].decode("ascii")
    if which == _TRUTH:
        return token[_TRUTH] == b"true"
    if which == _INTEGER:
        return int(token[_INTEGER])
    if which == _OPENED:
        return _KINDS[token[_OPENED]]()
    try:
        return binascii.a2b_base64(token[_DATA])
    except binascii.Error:
        return None
