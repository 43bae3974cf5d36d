"""Rich text as Outlook compresses it (MS-OXRTFCP): a window of the letters that were said last."""

import struct
import zlib

from quartermaster.files.opening.confined import MEGABYTE, Unfit

LARGEST = 16 * MEGABYTE
_COMPRESSED, _AS_IT_IS = b"LZFu", b"MELA"
_HEADER, _WINDOW = 16, 4096
_ALL = 0xFFFF_FFFF
_SHORTEST = 2  # letters that are said again
_BREAKS_OFF = "The text of the message is damaged: it breaks off."
# what is in the window before anything was said
BEGUN = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpacked(content: bytes) -> bytes:
    """The rich text.

    Raises:
        Unfit: it is damaged, or larger than it may be.
    """
    if len(content) < _HEADER:
        raise Unfit(_BREAKS_OFF)
    rest, size, kind, check = struct.unpack_from("<II4sI", content)
    packed = content[_HEADER : 4 + rest]
    if size > LARGEST:
        raise Unfit("The text of the message is larger than it may be.")
    if len(content) < 4 + rest:
        raise Unfit(_BREAKS_OFF)
    if kind == _AS_IT_IS:
        return packed[:size]
    if kind != _COMPRESSED or check_of(packed) != check:
        raise Unfit("The text of the message is damaged.")
    return _said(packed, size)


def check_of(packed: bytes) -> int:
    """The sum that is kept of what is packed: the usual one, begun and ended without turning."""
    return zlib.crc32(packed, _ALL) ^ _ALL


def _said(packed: bytes, size: int) -> bytes:
    """Letters and places of letters by turns, as eight bits before them say; up to its end."""
    window = bytearray(_WINDOW)
    window[: len(BEGUN)] = BEGUN
    said, here, at = bytearray(), len(BEGUN), 0
    while at < len(packed) and len(said) <= size:
        turns, at = packed[at], at + 1
        for turn in range(8):
            if at + (turns >> turn & 1) >= len(packed):
                break
            if turns >> turn & 1:
                place = packed[at] << 8 | packed[at + 1]
                at += 2
                start, count = place >> 4, (place & 15) + _SHORTEST
                if start == here:
                    return bytes(said[:size])
            else:
                start, count = here, 1
                window[here] = packed[at]
                at += 1
            for step in range(start, start + count):
                letter = window[step % _WINDOW]
                window[here] = letter
                said.append(letter)
                here = (here + 1) % _WINDOW
    if len(said) < size:
        raise Unfit(_BREAKS_OFF)
    return bytes(said[:size])
