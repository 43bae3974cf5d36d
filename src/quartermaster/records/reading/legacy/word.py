"""The text of a document of Word 6 to 2003, by its table of pieces (MS-DOC, 2.4.1).

Until 1997 a letter was a byte of the code page of the document's language or fonts, the pieces were
described in the document itself, and one that was saved whole has none: its text is one stretch.
"""

import re
import struct
from collections.abc import Callable, Iterator

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.richtext import PAGES

_MARK, _SINCE_97 = 0xA5EC, 0x00C1
_OLD_MARK, _OLDEST = 0xA5DC, 0x0065  # of Word 6 and 95
_IN_PIECES, _ENCRYPTED, _SECOND_TABLE = 0x0004, 0x0100, 0x0200
_STRETCH_AT, _FONTS_AT, _OLD_PIECES_AT, _MACINTOSH = 0x18, 0xD0, 0x0160, 256
_NO_PAGE = {0, 255}  # charsets that say nothing of a language
_PIECES_AT = 0x01A2  # where the file says where its pieces are described
_ONE_BYTE, _PLACE = 0x4000_0000, 0x3FFF_FFFF
_ENDS = {0x07: "\t", 0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x0E: "\n", 0x1E: "-", 0xA0: " "}
_SAID = {code: _ENDS.get(code, None if code not in {9, 10} else chr(code)) for code in range(32)}
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))")  # what a field is made by
_MOST = 16
_PAGES = {  # by the language that a document was written in
    **dict.fromkeys((0x05, 0x0E, 0x15, 0x18, 0x1A, 0x1B, 0x1C, 0x24), "cp1250"),
    **dict.fromkeys((0x02, 0x19, 0x22, 0x23, 0x2F), "cp1251"),
    **dict.fromkeys((0x25, 0x26, 0x27), "cp1257"),
    0x08: "cp1253",
    0x1F: "cp1254",
    0x0D: "cp1255",
    0x01: "cp1256",
    0x2A: "cp1258",
    0x1E: "cp874",
    0x11: "cp932",
    0x12: "cp949",
}
_CHINESE, _TRADITIONAL = 0x04, {0x0404, 0x0C04, 0x1404}


def texts(stream: Callable[[str], bytes]) -> Iterator[str]:
    """The text with its notes, headers and comments."""
    document = stream("WordDocument")
    mark, version = struct.unpack_from("<HH", document)
    flags = struct.unpack_from("<H", document, 0x0A)[0]
    old = mark == _OLD_MARK and _OLDEST <= version < _SINCE_97
    if not old and (mark != _MARK or version < _SINCE_97):
        raise Unfit("It is a document of Word before version 6, whose text is not read.")
    if flags & _ENCRYPTED:
        raise Unfit("It is locked with a password. Unlock it first.")
    if old:
        yield _plain("".join(_old_words(document, in_pieces=bool(flags & _IN_PIECES))))
        return
    table = stream("1Table" if flags & _SECOND_TABLE else "0Table")
    at, size = struct.unpack_from("<II", document, _PIECES_AT)
    pieces = _pieces(table[at : at + size])
    yield _plain("".join(_words(document, pieces)))


def _pieces(described: bytes) -> bytes:
    """The table of pieces, behind what describes changes of format."""
    at = 0
    while at < len(described) and described[at] == 1:
        at += 3 + struct.unpack_from("<H", described, at + 1)[0]
    if at >= len(described) or described[at] != 2:  # noqa: PLR2004 (the mark of that table)
        raise Unfit("It is damaged: its text cannot be found.")
    size = struct.unpack_from("<I", described, at + 1)[0]
    return described[at + 5 : at + 5 + size]


def _old_words(document: bytes, *, in_pieces: bool) -> Iterator[str]:
    """The text of Word 6 and 95."""
    page = _page(document)
    if in_pieces:
        at, size = struct.unpack_from("<II", document, _OLD_PIECES_AT)
        yield from _words(document, _pieces(document[at : at + size]), page)
    else:
        first, end = struct.unpack_from("<II", document, _STRETCH_AT)
        yield document[first:end].decode(page, "replace")


def _page(document: bytes) -> str:
    language, machine = struct.unpack_from("<6xH12xH", document)
    if machine == _MACINTOSH:
        return "mac_roman"
    if language & 0x3FF == _CHINESE:
        return "big5" if language in _TRADITIONAL else "gbk"
    return _PAGES.get(language & 0x3FF) or _page_of_fonts(document)


def _page_of_fonts(document: bytes) -> str:
    """That of the first font that has letters of another page; each says behind how long it is."""
    at, size = struct.unpack_from("<II", document, _FONTS_AT)
    table = document[at : at + size]
    here = 2
    while here + 5 <= len(table):
        page = PAGES.get(table[here + 4], "")
        if page and table[here + 4] not in _NO_PAGE:
            return page
        here += table[here] + 1
    return "cp1252"


def _words(document: bytes, table: bytes, page: str = "") -> Iterator[str]:
    """The pieces; of one ``page`` of letters where each is a byte."""
    count = (len(table) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table)
    left = len(document)  # pieces that overlap are of no sound document
    for number in range(count):
        length = places[number + 1] - places[number]
        where = struct.unpack_from("<I", table, 4 * (count + 1) + 8 * number + 2)[0]
        single = bool(page or where & _ONE_BYTE)
        start = (where & _PLACE) // 2 if single and not page else where & _PLACE
        taken = document[start : start + length * (1 if single else 2)] if length > 0 else b""
        left -= len(taken)
        if left < 0:
            raise Unfit("It is damaged: parts of its text are there twice.")
        yield taken.decode(page or ("cp1252" if single else "utf-16-le"), "replace")


def _plain(text: str) -> str:
    for _ in range(_MOST):  # fields lie in one another
        text, changed = _FIELD.subn("", text)
        if not changed:
            break
    lines = (line.strip() for line in text.translate(_SAID).split("\n"))
    return "\n".join(line for line in lines if line)
