"""When records are alike: the same files, nearly the same words, nearly the same pictures.

Words are compared by the least hashes of their runs of four (MinHash): the share of equal least
hashes estimates the share of runs in common. Pictures are compared by the differences of brightness
of neighbours in a picture of 9 by 8 (dHash). Bands find candidates: texts with 8 in 10 runs in
common share a band of 4 with a chance of over 99 in 100; of two pictures that differ in at most 7
bits, one of 8 bands is equal for certain.
"""

import hashlib
import re
import struct
from collections.abc import Iterable, Sequence

from quartermaster.records.rules.texts import folded

HASHES, PER_BAND, RUN = 64, 4, 4
FEWEST_RUNS = 8
ALIKE = 0.8
MOST_BITS = 7
BITS = 64
PICTURE_BANDS = 8
MOST_WORDS = 20_000

_PRIME = (1 << 61) - 1
_WORD = re.compile(r"\w+")


def _constants() -> list[tuple[int, int]]:
    """Fixed for ever: another choice is another signature."""
    found = []
    for place in range(HASHES):
        digest = hashlib.sha256(f"records.alike/{place}".encode()).digest()
        first, second = struct.unpack(">QQ", digest[:16])
        found.append((first % (_PRIME - 1) + 1, second % _PRIME))
    return found


_HASHES = _constants()


def runs_of(text: str) -> set[int]:
    """The runs of words of a text, as numbers."""
    words = _WORD.findall(folded(text).casefold())[:MOST_WORDS]
    pieces = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    return {
        int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=7).digest(), "big")
        for piece in pieces
    }


def least_hashes(runs: Iterable[int]) -> tuple[int, ...]:
    """The signature of a set of runs; empty where there are too few to compare."""
    known = set(runs)
    if len(known) < FEWEST_RUNS:
        return ()
    return tuple(min((a * run + b) % _PRIME for run in known) & 0xFFFF_FFFF for a, b in _HASHES)


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of runs that two texts have in common, as their signatures tell."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def word_bands(signature: Sequence[int]) -> list[int]:
    """The bands of a signature: who shares one may be alike."""
    return [
        _band(place, struct.pack(f">{PER_BAND}I", *signature[place : place + PER_BAND]))
        for place in range(0, len(signature), PER_BAND)
    ]


def picture_bands(picture: int) -> list[int]:
    """The bands of a picture: who differs in at most seven bits shares one."""
    width = BITS // PICTURE_BANDS
    return [
        _band(place, bytes([(picture >> (place * width)) & 0xFF])) for place in range(PICTURE_BANDS)
    ]


def differences(pixels: Sequence[int], width: int = 9, height: int = 8) -> int:
    """The difference hash of a grey picture of nine by eight: a bit for each pair side by side."""
    found = 0
    for row in range(height):
        for column in range(width - 1):
            at = row * width + column
            found = found << 1 | (pixels[at] > pixels[at + 1])
    return found


def apart(one: int, other: int) -> int:
    """In how many bits two pictures differ."""
    return (one ^ other).bit_count()


def same_pictures(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two records' pictures are alike, one by one in their order."""
    return (
        bool(one)
        and len(one) == len(other)
        and all(apart(a, b) <= MOST_BITS for a, b in zip(one, other, strict=True))
    )


def packed(numbers: Sequence[int], kind: str) -> bytes:
    """Numbers as a row keeps them: ``I`` four bytes each, ``Q`` eight."""
    return struct.pack(f">{len(numbers)}{kind}", *numbers)


def unpacked(data: bytes, kind: str) -> tuple[int, ...]:
    return struct.unpack(f">{len(data) // struct.calcsize(kind)}{kind}", data)


def digest_band(digest: bytes) -> int:
    return _band(0, digest)


def _band(place: int, data: bytes) -> int:
    digest = hashlib.blake2b(data, digest_size=8, person=str(place).encode()).digest()
    return int.from_bytes(digest, "big", signed=True)
