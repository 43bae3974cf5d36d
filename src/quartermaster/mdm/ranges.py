"""The part of a file that a request asks for: one range of bytes (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True)
class Part:
    """Bytes from ``start`` up to, not including, ``stop``."""

    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start


def part_of(header: str, size: int) -> Part | None:
    """The part that a ``Range`` header names; None: no part, the whole is meant.

    What is not understood, or names several parts, is answered with the whole, as the RFC allows.

    Raises:
        ValueError: the part begins behind the end; to be answered with 416.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        wanted = int(last)
        if wanted == 0 or size == 0:
            raise ValueError("There is no such part.")
        return Part(max(size - wanted, 0), size)
    start = int(first)
    stop = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    if start >= size:
        raise ValueError("There is no such part.")
    return Part(start, stop)
