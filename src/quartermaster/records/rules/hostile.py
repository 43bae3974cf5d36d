"""What is hostile in content of a kind that is taken: told by its bytes, and nothing is run.

Pictures say at their beginning how large they are; a PDF names its actions. What a PDF packs away
in object streams is unpacked within bounds, and only searched. What is hidden under further
filters or a password is not seen here: it is kept as it came, and nothing here runs it.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from quartermaster.records.rules.picture_sizes import size_of

MOST_PIXELS = 400_000_000  # twice what a telephone takes
PROGRAM = (
    "There is a program in it that runs when it is opened. Print it to a new PDF, and save that."
)
_BLOCK = 1024 * 1024
_OVERLAP = 4096
_MOST_PACKED = 4 * 1024 * 1024  # of one object stream
_MOST_UNPACKED = 64 * 1024 * 1024  # of all of them
_MOST_READ = 64 * 1024 * 1024  # to unpack them
_MOST_STREAMS = 100_000
_DICTIONARY = 2000  # before a stream, which says what it is


def _named(name: str) -> bytes:
    """A name of a PDF, each of whose letters may be written as its number."""
    letters = (f"(?:{one}|#{ord(one):02x}|#{ord(one):02X})" for one in name)
    return f"/{''.join(letters)}(?![A-Za-z0-9#])".encode()


_ACTS = re.compile(_named("JavaScript") + b"|" + _named("Launch"))
_OBJECTS = re.compile(_named("ObjStm"))
_STREAM = re.compile(rb"(?<!end)stream\r?\n")


def problem_of(content: BinaryIO, media_type: str) -> str:
    """Why a picture or a PDF is not taken; empty where nothing is found against it."""
    if media_type == "application/pdf":
        return PROGRAM if has_program(content) else ""
    across, down = size_of(content, media_type)
    if across * down <= MOST_PIXELS:
        return ""
    return (
        f"It says that it is {across:,} by {down:,} points large, as no camera takes pictures:"
        " programs break over such."
    )


def has_program(content: BinaryIO) -> bool:
    """Whether a PDF names a script, or a program that it starts."""
    packed: set[int] = set()
    streams = 0
    for start, block in _blocks(content):
        if _ACTS.search(block):
            return True
        for found in islice(_STREAM.finditer(block), _MOST_STREAMS - streams):
            streams += 1
            said = block[max(0, found.start() - _DICTIONARY) : found.start()]
            if _OBJECTS.search(said):  # or a neighbour's: then it is looked into for nothing
                packed.add(start + found.end())
    room = _Room(_MOST_UNPACKED, _MOST_READ)
    return any(_ACTS.search(_unpacked(content, place, room)) for place in sorted(packed))


def _blocks(content: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The content in blocks that overlap, each with its place."""
    content.seek(0)
    read, kept = 0, b""
    while more := content.read(_BLOCK):
        block = kept + more
        yield read - len(kept), block
        read += len(more)
        kept = block[-_OVERLAP:]


@dataclass
class _Room:
    """How much may be unpacked yet, and read to that end."""

    unpacked: int
    read: int


def _unpacked(content: BinaryIO, place: int, room: _Room) -> bytes:
    """As much of a deflated stream as may be, up to the byte where it is damaged."""
    content.seek(place)
    unpacker, found = zlib.decompressobj(), b""
    most = min(room.unpacked, _MOST_PACKED)
    while len(found) < most and room.read > 0 and not unpacker.eof:
        read = content.read(_OVERLAP)
        if not read:
            break
        room.read -= len(read)
        before = unpacker.copy()
        try:
            found += unpacker.decompress(read, most - len(found))
        except zlib.error:
            found += b"".join(_before_damage(before, read))
            break
    room.unpacked -= len(found)
    return found


def _before_damage(unpacker: "zlib._Decompress", read: bytes) -> Iterator[bytes]:
    with suppress(zlib.error):
        for place in range(len(read)):
            yield unpacker.decompress(read[place : place + 1], _MOST_PACKED)
