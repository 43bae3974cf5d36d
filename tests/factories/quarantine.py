"""Files that are not taken for what is in them, each hostile in its own way."""

import io
import struct
import zipfile
import zlib
from datetime import datetime
from typing import Any

import pikepdf
import pytest

from quartermaster.kernel.permits import Actor
from quartermaster.records.errors import NotTaken
from quartermaster.records.models import RefusedFile
from tests.factories.records import received

PROGRAM = b"MZ\x90\x00" + b"a program that calls home" * 4


def bomb(size: int = 30_000_000) -> bytes:
    """A ZIP file that unpacks to far more."""
    return zipped({"a.bin": bytes(size)})


def zipped(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def told(actor: Actor, at: datetime, content: bytes = PROGRAM, **more: Any) -> str:
    """With what sentence a file is refused."""
    with pytest.raises(NotTaken) as refused:
        received(actor, at, content, **{"name": "invoice.exe", "declared": "image/png", **more})
    assert refused.value.code == "record-not-taken"
    return refused.value.message


def kept(actor: Actor, at: datetime, content: bytes = PROGRAM, **more: Any) -> RefusedFile:
    """A file that was refused and waits for the custodian."""
    told(actor, at, content, **more)
    return RefusedFile.objects.filter(author=actor.person_id, state="waiting").latest("arrived_at")


def pdf_with_action(action: str, *, packed: bool = False) -> bytes:
    """A PDF that does something when it is opened; packed: its objects are in a stream."""
    held = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.Root.OpenAction = made.make_indirect(
            pikepdf.Dictionary(
                S=pikepdf.Name(f"/{action}"), JS=pikepdf.String("app.alert(1)"), F="calc.exe"
            )
        )
        mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        made.save(held, object_stream_mode=mode)
    return held.getvalue()


def giant_picture(kind: str, across: int = 60_000, down: int = 60_000) -> bytes:
    """The headings of a picture of that size, and nothing of it."""
    if kind == "png":
        heading = b"IHDR" + struct.pack(">IIBBBBB", across, down, 8, 2, 0, 0, 0)
        return b"\x89PNG\r\n\x1a\n\x00\x00\x00\r" + heading + zlib.crc32(heading).to_bytes(4)
    if kind == "gif":
        return b"GIF89a" + struct.pack("<HH", across, down) + bytes(10)
    if kind == "jpeg":
        comment = b"\xff\xfe" + struct.pack(">H", 9000) + bytes(8998)
        frame = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, down, across, 1) + bytes(3)
        return b"\xff\xd8\xff\xe0\x00\x04ab" + comment + b"\xff" + frame
    if kind == "webp":
        sides = (across - 1).to_bytes(3, "little") + (down - 1).to_bytes(3, "little")
        return b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + sides
    if kind == "tiff":
        tags = struct.pack(">HHII", 256, 4, 1, across) + struct.pack(">HHII", 257, 4, 1, down)
        return b"MM\x00*" + struct.pack(">IH", 8, 2) + tags + bytes(4)
    box = b"\x00\x00\x00\x14ispe" + bytes(4) + struct.pack(">II", across, down)
    return b"\x00\x00\x00\x18ftypheic" + bytes(12) + box
