"""How large a picture says that it is: read from its headings, which no decoder touches."""

import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO

Size = tuple[int, int]
UNSAID: Size = (0, 0)
_HEAD = 64 * 1024
_MOST_MARKERS, _MOST_TAGS = 2000, 500
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_BARE = {0x01, *range(0xD0, 0xD9)}
_MARK, _SCAN = 0xFF, 0xDA
_WIDTH, _HEIGHT, _SHORT = 256, 257, 3
_FOURTEEN = 0x3FFF
_IHDR = int.from_bytes(b"IHDR")


def size_of(content: BinaryIO, media_type: str) -> Size:
    """Width and height; nothing where it does not say, or is damaged."""
    reader = _READERS.get(media_type)
    if reader is None:
        return UNSAID
    try:
        return reader(content)
    except (struct.error, ValueError, OverflowError, IndexError):
        return UNSAID


def _at(content: BinaryIO, place: int, form: str) -> tuple[int, ...]:
    content.seek(place)
    return struct.unpack(form, content.read(struct.calcsize(form)))


def _png(content: BinaryIO) -> Size:
    first, across, down = _at(content, 12, ">III")
    return (across, down) if first == _IHDR else UNSAID


def _gif(content: BinaryIO) -> Size:
    across, down = _at(content, 6, "<HH")
    return across, down


def _webp(content: BinaryIO) -> Size:
    content.seek(12)
    kind = content.read(4)
    if kind == b"VP8X":
        low, high, down_low, down_high = _at(content, 24, "<HBHB")
        return (low | high << 16) + 1, (down_low | down_high << 16) + 1
    if kind == b"VP8L":
        (bits,) = _at(content, 21, "<I")
        return (bits & _FOURTEEN) + 1, (bits >> 14 & _FOURTEEN) + 1
    across, down = _at(content, 26, "<HH")
    return across & _FOURTEEN, down & _FOURTEEN


def _jpeg(content: BinaryIO) -> Size:
    """The largest of its frames, as far as it goes: a decoder may take another than a viewer."""
    largest = UNSAID
    with suppress(struct.error):
        for frame in _frames_of(content):
            largest = max(largest, frame, key=_area)
    return largest


def _frames_of(content: BinaryIO) -> Iterator[Size]:
    place = 2
    for _ in range(_MOST_MARKERS):
        first, marker = _at(content, place, ">BB")
        if first != _MARK or marker == _SCAN:
            return
        if marker == _MARK or marker in _BARE:
            place += 1 if marker == _MARK else 2
            continue
        (length,) = _at(content, place + 2, ">H")
        if marker in _FRAMES:
            down, across = _at(content, place + 5, ">HH")
            yield across, down
        place += 2 + max(length, 2)


def _tiff(content: BinaryIO) -> Size:
    content.seek(0)
    order = "<" if content.read(2) == b"II" else ">"
    (place,) = _at(content, 4, f"{order}I")
    (count,) = _at(content, place, f"{order}H")
    found = {_WIDTH: 0, _HEIGHT: 0}
    for number in range(min(count, _MOST_TAGS)):
        entry = place + 2 + 12 * number
        tag, kind = _at(content, entry, f"{order}HH")
        if tag in found:
            form = "H" if kind == _SHORT else "I"
            (found[tag],) = _at(content, entry + 8, f"{order}{form}")
    return found[_WIDTH], found[_HEIGHT]


def _heif(content: BinaryIO) -> Size:
    """The largest that any of its parts says to be."""
    content.seek(0)
    head, largest = content.read(_HEAD), UNSAID
    place = head.find(b"ispe")
    while place >= 0 and place + 16 <= len(head):
        across, down = struct.unpack(">II", head[place + 8 : place + 16])
        largest = max(largest, (across, down), key=_area)
        place = head.find(b"ispe", place + 4)
    return largest


def _area(size: Size) -> int:
    return size[0] * size[1]


_READERS: dict[str, Callable[[BinaryIO], Size]] = {
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _webp,
    "image/jpeg": _jpeg,
    "image/tiff": _tiff,
    "image/heic": _heif,
    "image/heif": _heif,
    "image/avif": _heif,
}
