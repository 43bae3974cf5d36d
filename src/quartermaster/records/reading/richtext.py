"""The words of rich text (RTF): groups, control words, letters of many code pages; nothing drawn.

What is embedded (pictures, objects, fonts, styles) is passed over; comments and notes are words.
Rich text that a page of mail was made into keeps the page (MS-OXRTFEX): its tags in groups of their
own, and a mark around what was added for programs that know no pages.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.mailparts import shown
from quartermaster.records.reading.office import MOST_CHARACTERS

DEEPEST = 2_000
_TOKEN = re.compile(
    r"\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])|(?P<gap>[\r\n]+)|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_PASSED = {
    *("colortbl", "stylesheet", "info", "pict", "objdata", "themedata", "colorschememapping"),
    *("datastore", "latentstyles", "listtable", "listoverridetable", "rsidtbl", "generator"),
    *("filetbl", "revtbl", "xmlnstbl", "fldinst", "bkmkstart", "bkmkend", "mmathpr", "pgptbl"),
    *("template", "falt", "panose"),
}
_KEPT = {"annotation", "footnote", "shptxt", "shpinst"}  # though a reader may pass them over
_SAID: Mapping[str, str] = {
    **dict.fromkeys(("par", "line", "sect", "page", "row", "column", "softline"), "\n"),
    **dict.fromkeys(("tab", "cell", "nestcell"), "\t"),
    "emdash": "\u2014",
    "endash": "\u2013",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
    "bullet": "\u2022",
    "emspace": " ",
    "enspace": " ",
}
_SIGNS = {"~": "\u00a0", "_": "-", "\n": "\n", "\r": "\n", "{": "{", "}": "}", "\\": "\\"}
# of a font's charset: the code page of its letters
PAGES = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    255: "cp437",
    0: "cp1252",
}
_FALLBACK = 1


@dataclass(frozen=True)
class _Group:
    """What holds until a brace closes."""

    page: str = "cp1252"
    passed: bool = False
    fonts: bool = False
    fallback: int = _FALLBACK
    first: bool = True  # whether nothing stood in it yet
    ignorable: bool = False
    added: bool = False  # to what was a page, which is wanted

    @property
    def hidden(self) -> bool:
        return self.passed or self.added


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._group, self._outer = _Group(), list[_Group]()
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._skip = 0  # letters that only repeat the one before
        self._bytes = bytearray()
        self._high = 0
        self.page = "cp1252"
        self.was_page = False

    def words(self) -> Iterator[str]:
        left = MOST_CHARACTERS
        for said in chain(self._tokens(), (self._letters(),)):
            left -= len(said)
            if left < 0:
                raise Unfit("There is more text in it than may be read.")
            if said:
                yield said

    def _tokens(self) -> Iterator[str]:
        while (found := _TOKEN.match(self._text, self._at)) is not None:
            self._at = found.end()
            if found["byte"] is not None:
                self._byte(int(found["byte"], 16))
                continue
            yield self._letters()
            if found["brace"] is not None:
                self._brace(found["brace"])
            elif found["word"] is not None:
                yield self._word(found["word"], found["number"])
            elif found["sign"] is not None:
                yield self._sign(found["sign"])
            elif found["text"] is not None:
                yield self._plain(found["text"])

    def _letters(self) -> str:
        """The bytes so far as letters of their code page."""
        if not self._bytes:
            return ""
        said = bytes(self._bytes).decode(self._group.page, "replace")
        self._bytes.clear()
        return said

    def _byte(self, value: int) -> None:
        if self._skip:
            self._skip -= 1
        elif not self._group.hidden:
            self._bytes.append(value)

    def _brace(self, brace: str) -> None:
        self._skip = 0
        if brace == "{":
            if len(self._outer) >= DEEPEST:
                raise Unfit("Its groups lie too deep in one another.")
            self._outer.append(self._group)
            self._group = replace(self._group, first=True, ignorable=False)
        elif self._outer:
            self._group = self._outer.pop()

    def _word(self, word: str, number: str | None) -> str:
        group, value = self._group, int(number) if number is not None else None
        if group.first and self._passes(word):
            self._group = group = replace(group, passed=True)
        if group.first and word == "fonttbl":
            self._group = group = replace(group, passed=True, fonts=True)
        self._group = replace(group, first=False)
        if word == "bin":
            self._at += max(0, value or 0)
            return ""
        if word == "u" and value is not None:
            return self._letter(value)
        if self._skip:
            self._skip -= 1
            return ""
        self._sets(word, value)
        return "" if self._group.hidden else _SAID.get(word, "")

    def _passes(self, word: str) -> bool:
        """Whether a group that begins with this word is passed over."""
        if self.was_page and word == "htmltag":
            self._group = replace(self._group, page=self.page)
            return False
        return word in _PASSED or (self._group.ignorable and word not in _KEPT)

    def _sets(self, word: str, value: int | None) -> None:
        if word == "uc":
            self._group = replace(self._group, fallback=min(max(value or 0, 0), 100))
        elif word == "ansicpg":
            self.page = _known(f"cp{value}") or self.page
            self._group = replace(self._group, page=self.page)
        elif word == "mac":
            self.page = "mac_roman"
            self._group = replace(self._group, page=self.page)
        elif word == "f" and value is not None:
            self._font = value
            if not self._group.fonts:
                self._group = replace(self._group, page=self._fonts.get(value, self.page))
        elif word == "fromhtml":
            self.was_page = value != 0
        elif word == "htmlrtf":
            self._group = replace(self._group, added=self.was_page and value != 0)
        elif word == "fcharset" and self._group.fonts and value in PAGES:
            self._fonts[self._font] = PAGES[value] if value else self.page

    def _letter(self, value: int) -> str:
        """A letter by its number; two of them where it is beyond the first plane."""
        self._skip = self._group.fallback
        if self._group.hidden:
            return ""
        code, high = value & 0xFFFF, self._high
        self._high = 0
        if 0xD800 <= code < 0xDC00:  # noqa: PLR2004 (the first of two)
            self._high = code
            return ""
        if 0xDC00 <= code < 0xE000:  # noqa: PLR2004 (the second of two)
            return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else "\ufffd"
        return chr(code) if code else ""

    def _sign(self, sign: str) -> str:
        if sign == "*":
            self._group = replace(self._group, ignorable=self._group.first)
            return ""
        if self._skip:
            self._skip -= 1
            return ""
        return "" if self._group.hidden else _SIGNS.get(sign, "")

    def _plain(self, text: str) -> str:
        self._group = replace(self._group, first=False)
        passed = min(self._skip, len(text))
        self._skip -= passed
        if self._group.hidden:
            return ""
        said = text[passed:]
        if said.isascii():
            return said
        return said.encode("latin-1", "replace").decode(self._group.page, "replace")


def _known(page: str) -> str:
    try:
        return codecs.lookup(page).name
    except LookupError:
        return ""


def text_of(content: bytes) -> str:
    """The words as lines.

    Raises:
        Unfit: it is no rich text, or there is more in it than may be read.
    """
    if not content.startswith(b"{\\rtf"):
        raise Unfit("It is no rich text.")
    reader = _Reader(content.decode("latin-1"))
    words = "".join(reader.words()).replace("\x00", "")
    if reader.was_page:
        return shown(words)
    lines = (line.strip() for line in words.split("\n"))
    return "\n".join(line for line in lines if line)
