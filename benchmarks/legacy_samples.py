"""Sound files of Outlook (.msg) and of Office before 2007, as small as they may be, and RTF."""

import struct
from collections.abc import Sequence
from typing import Any

from benchmarks.compound import compound

_BINARY, _TEXT, _TIME, _NUMBER = 0x0102, 0x001F, 0x0040, 0x0003
_SINCE_1601 = 11_644_473_600


def outlook(**given: Any) -> bytes:
    return compound(outlook_parts(**given))


def outlook_parts(
    *,
    subject: str = "Inlet valve",
    words: str = "It is behind the hydrant.",
    files: Sequence[tuple[str, str, bytes]] = (),
    sent: int = 1_774_379_133,
) -> dict[str, bytes]:
    """A message with its people and files, by name, kind and content (MS-OXMSG)."""
    headers = "Message-ID: <a@x.example>\r\nReferences: <r@x.example>\r\n"
    own: dict[int, tuple[int, bytes]] = {
        0x001A: _text("IPM.Note"),
        0x0037: _text(subject),
        0x0039: (_TIME, struct.pack("<Q", (sent + _SINCE_1601) * 10_000_000)),
        0x007D: _text(headers),
        0x0C1A: _text("Pipe Works"),
        0x0C1F: _text("pipe@example.com"),
        0x1000: _text(words),
    }
    head = struct.pack("<8x4I8x", 1, len(files), 1, len(files))
    streams = _storage("", own, head)
    streams |= _storage(
        "__recip_version1.0_#00000000/",
        {0x3001: _text("Ana Reyes"), 0x3003: _text("ana@city.example"), 0x0C15: _number(1)},
        bytes(8),
    )
    for place, (name, kind, content) in enumerate(files):
        properties = {
            0x3701: (_BINARY, content),
            0x3705: _number(1),
            0x3707: _text(name),
            0x370E: _text(kind),
        }
        streams |= _storage(f"__attach_version1.0_#{place:08X}/", properties, bytes(8))
    streams |= dict.fromkeys(
        (f"__nameid_version1.0/__substg1.0_000{place}0102" for place in (2, 3, 4)), b""
    )
    return streams


def _text(said: str) -> tuple[int, bytes]:
    return _TEXT, said.encode("utf-16-le")


def _number(value: int) -> tuple[int, bytes]:
    return _NUMBER, struct.pack("<I4x", value)


def _storage(at: str, properties: dict[int, tuple[int, bytes]], head: bytes) -> dict[str, bytes]:
    """A storage: what is short stands among its properties, what is long in a stream of its own."""
    table, streams = head, dict[str, bytes]()
    for key, (kind, content) in sorted(properties.items()):
        if kind in {_TEXT, _BINARY}:
            streams[f"{at}__substg1.0_{key:04X}{kind:04X}"] = content
            size = len(content) + (2 if kind == _TEXT else 0)
            table += struct.pack("<HHIII", kind, key, 6, size, 0)
        else:
            table += struct.pack("<HHI8s", kind, key, 6, content)
    return {f"{at}__properties_version1.0": table, **streams}


def word(*pieces: str, flags: int = 0x0200) -> bytes:
    return compound(word_parts(*pieces, flags=flags))


def word_parts(*pieces: str, flags: int = 0x0200) -> dict[str, bytes]:
    """A document of Word 97: in Latin letters one byte each, else two."""
    head, place = bytearray(1024), 1024
    struct.pack_into("<HH", head, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", head, 0x0A, flags)
    text, places, described = b"", [0], b""
    for piece in pieces:
        single = piece.isascii()
        where = (place + len(text)) * 2 | 0x4000_0000 if single else place + len(text)
        described += struct.pack("<HIH", 0, where, 0)
        text += piece.encode("cp1252" if single else "utf-16-le")
        places.append(places[-1] + len(piece))
    table = struct.pack(f"<{len(places)}I", *places) + described
    clx = b"\x01\x02\x00ab\x02" + struct.pack("<I", len(table)) + table
    struct.pack_into("<II", head, 0x01A2, 4, len(clx))
    return {"WordDocument": bytes(head) + text, "1Table": b"\0\0\0\0" + clx}


def workbook(name: str, rows: Sequence[Sequence[str | float]], *, cut: int = 8000) -> bytes:
    return compound(workbook_parts(name, rows, cut))


def workbook_parts(name: str, rows: Sequence[Sequence[str | float]], cut: int) -> dict[str, bytes]:
    """A workbook of Excel 97 of one sheet; its words go on in another record after ``cut``."""
    words = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    globals_ = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 1997, 0, 0))
    sheet = struct.pack("<IHBB", 0, 0, len(name), 1) + name.encode("utf-16-le")
    globals_ += _record(0x0085, sheet) + _strings(words, cut) + _record(0x000A, b"")
    cells = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 1997, 0, 0))
    for row, said in enumerate(rows):
        for column, cell in enumerate(said):
            at = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                cells += _record(0x00FD, at + struct.pack("<I", words.index(cell)))
            else:
                cells += _record(0x0203, at + struct.pack("<d", cell))
    return {"Workbook": globals_ + cells + _record(0x000A, b"")}


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _strings(words: Sequence[str], cut: int) -> bytes:
    parts = [bytearray(struct.pack("<II", len(words), len(words)))]
    for word_ in words:
        if len(parts[-1]) + 3 > cut:
            parts.append(bytearray())
        parts[-1] += struct.pack("<HB", len(word_), 1)
        for letter in word_:
            if len(parts[-1]) + 2 > cut:
                parts.append(bytearray(b"\x01"))
            parts[-1] += letter.encode("utf-16-le")
    first, *more = parts
    return _record(0x00FC, bytes(first)) + b"".join(_record(0x003C, bytes(one)) for one in more)


def slides(*texts: str) -> bytes:
    return compound(slides_parts(*texts))


def slides_parts(*texts: str) -> dict[str, bytes]:
    """A presentation of PowerPoint 97."""
    inside = b""
    for text in texts:
        narrow = text.isascii()
        content = text.encode("latin-1" if narrow else "utf-16-le")
        inside += struct.pack("<HHI", 0, 0x0FA8 if narrow else 0x0FA0, len(content)) + content
    slide = struct.pack("<HHI", 0x000F, 0x03EE, len(inside)) + inside
    whole = struct.pack("<HHI", 0x000F, 0x03E8, len(slide)) + slide
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, 0xE391_C05F) + bytes(12)
    return {"PowerPoint Document": whole, "Current User": user}


def rich() -> bytes:
    """Rich text with two code pages, letters by number, a picture, a field and a comment."""
    return (
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}"
        rb"{\f1\fnil\fcharset161 Arial Greek;}}{\colortbl;\red0\green0\blue0;}"
        rb"{\info{\title Never shown}}{\*\generator Word;}\uc1\pard\f0 The main at Third\line "
        rb"caf\'e9 \u8364?100 \{net\}\par{\f1 \'f6\'e6\'f9}\tab end\par"
        rb"{\pict\pngblip 89504e470d0a}{\object{\*\objdata 0102}}"
        rb'{\field{\*\fldinst HYPERLINK "http://x.example"}{\fldrslt a link}}\par'
        rb"{\*\annotation a remark}\u-10179?\u-8704?\par}"
    )
