"""The text of slides of PowerPoint 97 to 2003 (MS-PPT), in the order in which the file has it.

A file that was saved over and over may still have words that no slide shows; they are in the file,
and are found.
"""

import struct
from collections.abc import Callable, Iterator

from quartermaster.files.opening.confined import Unfit

_WIDE, _NARROW = 0x0FA0, 0x0FA8
_CONTAINER = 0x0F
_LOCKED = 0xF3D1_C4DF
_DEEPEST = 64
_ENDS = {0x0B: "\n", 0x0D: "\n"}


def texts(stream: Callable[[str], bytes]) -> Iterator[str]:
    """The text of all slides and notes, as one."""
    user = stream("Current User")
    if len(user) >= 16 and struct.unpack_from("<I", user, 12)[0] == _LOCKED:  # noqa: PLR2004
        raise Unfit("It is locked with a password. Unlock it first.")
    yield "\n".join(_said(stream("PowerPoint Document")))


def _said(document: bytes) -> Iterator[str]:
    ends = [len(document)]
    at = 0
    while at + 8 <= len(document):
        while len(ends) > 1 and at >= ends[-1]:
            ends.pop()
        version, kind, size = struct.unpack_from("<HHI", document, at)
        at += 8
        if version & _CONTAINER == _CONTAINER:
            ends.append(min(at + size, ends[-1]))
            if len(ends) > _DEEPEST:
                raise Unfit("Its parts lie too deep in one another.")
            continue
        content = document[at : at + size] if kind in {_WIDE, _NARROW} else b""
        at += size
        text = content.decode("utf-16-le" if kind == _WIDE else "latin-1", "replace")
        if text.strip():
            yield text.translate(_ENDS).strip()
