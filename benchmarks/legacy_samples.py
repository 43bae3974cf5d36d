"""Sound files of Outlook (.msg) and of Office before 2007, as small as they may be, and RTF."""

import struct
from collections.abc import Sequence
from typing import Any

from quartermaster.records.reading.legacy.compound import compound
from quartermaster.records.reading.legacy.lzfu import BEGUN, check_of

_BINARY, _TEXT, _TIME, _NUMBER, _OBJECT = 0x0102, 0x001F, 0x0040, 0x0003, 0x000D
_SINCE_1601 = 11_644_473_600


def outlook(**given: Any) -> bytes:
    return compound(outlook_parts(**given))


def outlook_parts(
    *,
    subject: str = "Inlet valve",
    words: str = "It is behind the hydrant.",
    rich: bytes = b"",
    files: Sequence[tuple[str, str, bytes]] = (),
    inside: Sequence[dict[str, bytes]] = (),
    sent: int = 1_774_379_133,
) -> dict[str, bytes]:
    """A message with its people, files by name, kind and content, and messages (MS-OXMSG).

    Of ``rich`` text, as it is compressed, there are no ``words``.
    """
    headers = "Message-ID: <a@x.example>\r\nReferences: <r@x.example>\r\n"
    own: dict[int, tuple[int, bytes]] = {
        0x001A: _text("IPM.Note"),
        0x0037: _text(subject),
        0x0039: (_TIME, struct.pack("<Q", (sent + _SINCE_1601) * 10_000_000)),
        0x007D: _text(headers),
        0x0C1A: _text("Pipe Works"),
        0x0C1F: _text("pipe@example.com"),
        **({0x1009: (_BINARY, rich)} if rich else {0x1000: _text(words)}),
    }
    count = len(files) + len(inside)
    head = struct.pack("<8x4I8x", 1, count, 1, count)
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
    for place, one in enumerate(inside, start=len(files)):
        streams |= _within(f"__attach_version1.0_#{place:08X}/", one)
    streams |= dict.fromkeys(
        (f"__nameid_version1.0/__substg1.0_000{place}0102" for place in (2, 3, 4)), b""
    )
    return streams


def _within(at: str, streams: dict[str, bytes]) -> dict[str, bytes]:
    """A message within another one: its head is shorter, and it has no names of its own."""
    table = struct.pack("<HHIII", _OBJECT, 0x3701, 6, 0xFFFF_FFFF, 1)
    made = _storage(at, {0x3001: _text("Passed on"), 0x3705: _number(5)}, bytes(8))
    made[f"{at}__properties_version1.0"] += table
    for path, content in streams.items():
        head = content[:24] + content[32:] if path == "__properties_version1.0" else content
        if not path.startswith("__nameid"):
            made[f"{at}__substg1.0_3701000D/{path}"] = head
    return made


def compressed(text: bytes) -> bytes:
    """Rich text as Outlook compresses it (MS-OXRTFCP): the longest that was said before."""
    window, said, turns = bytearray(BEGUN), len(BEGUN), list[bytes]()
    window += text
    while said < len(window):
        start = max(0, said - 4095)
        for count in range(min(17, len(window) - said), 1, -1):
            found = window.find(window[said : said + count], start, said + count - 1)
            if found >= 0:
                turns.append(struct.pack(">H", (found % 4096) << 4 | count - 2))
                break
        else:
            count = 1
            turns.append(bytes(window[said : said + 1]))
        said += count
    turns.append(struct.pack(">H", (said % 4096) << 4))
    packed = b""
    for first in range(0, len(turns), 8):
        eight = turns[first : first + 8]
        packed += bytes([sum(len(one) - 1 << place for place, one in enumerate(eight))])
        packed += b"".join(eight)
    head = struct.pack("<II4sI", len(packed) + 12, len(text), b"LZFu", check_of(packed))
    return head + packed


def page_in_rich() -> bytes:
    """Rich text that a page of mail was made into (MS-OXRTFEX)."""
    return (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}"
        rb"{\f1\fnil\fcharset204 Arial Cyr;}}{\colortbl;}\uc1\pard\plain\deftab360 \f0\fs24"
        rb"{\*\htmltag19 <html>}{\*\htmltag34 <head>}{\*\htmltag177 <title>}Never shown"
        rb"{\*\htmltag185 </title>}{\*\htmltag241 <style>p \{color: red\}</style>}"
        rb"{\*\htmltag50 <body>}\htmlrtf {\htmlrtf0 {\*\htmltag64 <p>}The valve is "
        rb"{\*\htmltag84 <b>}\htmlrtf {\b\htmlrtf0 open{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0"
        rb"{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 caf\'e9 \u8364?5 \f1\'e2\'ee\'e4\'e0\f0"
        rb"\htmlrtf\par added\htmlrtf0{\*\htmltag72 </p>}\htmlrtf }\htmlrtf0"
        rb"{\*\mhtmltag84 <img src=x>}{\*\htmltag84 &lt;}end{\*\htmltag27 </html>}}"
    )


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


def dated_workbook(formats: Sequence[str], numbers: Sequence[float], *, since_1904: bool) -> bytes:
    """A workbook of Excel 97 with a number in each of these formats, in one row."""
    made = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 1997, 0, 0))
    made += _record(0x0022, struct.pack("<H", since_1904))
    for place, written in enumerate(formats, start=164):
        text = written.encode("utf-16-le")
        made += _record(0x041E, struct.pack("<HHB", place, len(written), 1) + text)
    for place in (0, *range(164, 164 + len(formats))):
        made += _record(0x00E0, struct.pack("<HH16x", 0, place))
    made += _record(0x000A, b"") + _record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0))
    for column, number in enumerate(numbers):
        made += _record(0x0203, struct.pack("<HHHd", 0, column, column + 1, number))
    return compound({"Workbook": made + _record(0x000A, b"")})


def old_workbook(*, page: int = 1251) -> bytes:
    return compound(old_workbook_parts(page))


def old_workbook_parts(page: int) -> dict[str, bytes]:
    """A workbook of Excel 95: words in their cells, a byte each letter; a day; a comment."""
    letters = f"cp{page}"

    def said(text: str) -> bytes:
        return struct.pack("<H", len(text)) + text.encode(letters)

    begun = struct.pack("<HHHH", 0x0500, 5, 0, 1995)
    name, written = "Лист".encode(letters), b"d/m/yy"
    made = _record(0x0809, begun) + _record(0x0042, struct.pack("<H", page))
    made += _record(0x0085, struct.pack("<IHB", 0, 0, len(name)) + name)
    made += _record(0x041E, struct.pack("<HB", 164, len(written)) + written)
    made += _record(0x00E0, bytes(16)) + _record(0x00E0, struct.pack("<HH12x", 0, 164))
    made += _record(0x000A, b"") + _record(0x0809, begun)
    made += _record(0x0204, struct.pack("<HHH", 0, 0, 0) + said("Пыль"))
    made += _record(0x0203, struct.pack("<HHHd", 0, 1, 1, 46105))
    made += _record(0x00D6, struct.pack("<HHH", 1, 0, 0) + said("Meter") + b"\x01\x00\x00")
    made += _record(0x00BD, struct.pack("<HHHIHIH", 1, 1, 1, 46105 << 2 | 2, 0, 7 << 2 | 2, 2))
    made += _record(0x001C, struct.pack("<HHH", 0, 0, 4) + "Лишь".encode(letters))
    return {"Book": made + _record(0x000A, b"")}


def early_sheet(version: int) -> bytes:
    """A sheet of Excel 3 or 4, which is no OLE file: words, a number, a day, a formula."""
    made = _record(version * 0x100 + 9, struct.pack("<HHH", 0, 0x0010, 0))
    for written in (b"General", b"m/d/yy"):
        short = bytes([len(written)]) + written
        made += _record(0x001E, short) if version == 2 else _record(0x041E, b"\0\0" + short)  # noqa: PLR2004
    for place in (0, 1):
        made += _record(0x0243 if version == 2 else 0x0443, bytes([0, place]) + bytes(10))  # noqa: PLR2004
    made += _record(0x0204, struct.pack("<HHHH", 0, 0, 0, 5) + b"Meter")
    made += _record(0x0203, struct.pack("<HHHd", 0, 1, 1, 46105))
    formula = 0x0206 if version == 2 else 0x0406  # noqa: PLR2004
    made += _record(formula, struct.pack("<HHHdH", 1, 0, 0, 4711.5, 0))
    made += _record(0x027E, struct.pack("<HHHI", 1, 1, 0, 7 << 2 | 2))
    return made + _record(0x000A, b"")


def old_word(text: str, **given: Any) -> bytes:
    return compound(old_word_parts(text, **given))


def old_word_parts(
    text: str, *, page: str = "cp1252", language: int = 0x0409, charset: int = 0, cut: int = 0
) -> dict[str, bytes]:
    """A document of Word 95; in two pieces, the second of which lies in front, where it is cut."""
    head, content = bytearray(1024), text.encode(page)
    struct.pack_into("<HHHH", head, 0, 0xA5DC, 104, 0, language)
    struct.pack_into("<II", head, 0x18, 1024, 1024 + len(content))
    font = struct.pack("<BBHBB", 5 + 6, 0, 400, charset, 0) + b"Arial\0"
    fonts = struct.pack("<H", len(font) + 2) + font
    rest = content[cut:] + content[:cut] if cut else content
    described = b""
    if cut:
        places = struct.pack("<III", 0, cut, len(content))
        pieces = struct.pack("<HIHHIH", 0, 1024 + len(content) - cut, 0, 0, 1024, 0)
        described = b"\x02" + struct.pack("<I", len(places + pieces)) + places + pieces
        struct.pack_into("<H", head, 0x0A, 0x0004)
    end = 1024 + len(content)
    struct.pack_into("<II", head, 0x00D0, end, len(fonts))
    struct.pack_into("<II", head, 0x0160, end + len(fonts), len(described))
    return {"WordDocument": bytes(head) + rest + fonts + described}


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
