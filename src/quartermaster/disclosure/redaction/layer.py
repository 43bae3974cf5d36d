"""A layer of text that nobody sees and every reader, search and screen reader finds.

Its letters are glyphs without ink in fonts that are made for the document, with a table that says
which letter each stands for. It holds the words that it is given and nothing else.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

import pikepdf
from pikepdf import Array, Dictionary, Name

from quartermaster.files.opening.leaves import Word
from quartermaster.files.opening.limits import WHOLE

ADVANCE = 600
PLACES = 250  # letters a font
_MAP = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CMapName /Letters def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
{} endcmap end end"""
_AT_ONCE = 100  # lines of a block of the table, at most


class Letters:
    """The letters of one document, each with its font and place there."""

    def __init__(self) -> None:
        self._place: dict[str, tuple[int, int]] = {}

    def of(self, letter: str) -> tuple[int, int]:
        """The number of its font, and its code there."""
        if letter not in self._place:
            font, place = divmod(len(self._place), PLACES)
            self._place[letter] = (font, place + 1)
        return self._place[letter]

    def fonts(self, document: pikepdf.Pdf) -> dict[str, Dictionary]:
        """The fonts, by the name that pages use."""
        blank = document.make_stream(f"{ADVANCE} 0 0 -200 {ADVANCE} 800 d1".encode())
        found = {}
        for font, letters in groupby(self._place.items(), key=lambda item: item[1][0]):
            codes = {place: letter for letter, (_, place) in letters}
            found[f"/L{font}"] = document.make_indirect(_font(document, codes, blank))
        return found


def _font(document: pikepdf.Pdf, codes: dict[int, str], blank: pikepdf.Object) -> Dictionary:
    last = max(codes)
    names = {f"/g{place}": blank for place in codes}
    table = document.make_stream(_table(codes).encode())
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, -200, ADVANCE, 800]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        FirstChar=1,
        LastChar=last,
        Widths=Array([ADVANCE] * last),
        Encoding=Dictionary(
            Type=Name.Encoding, Differences=Array([1, *(Name(name) for name in names)])
        ),
        CharProcs=Dictionary(names),
        Resources=Dictionary(),
        ToUnicode=table,
    )


def _table(codes: dict[int, str]) -> str:
    lines = [
        f"<{place:02X}> <{letter.encode('utf-16-be').hex().upper()}>"
        for place, letter in sorted(codes.items())
    ]
    blocks = (lines[start : start + _AT_ONCE] for start in range(0, len(lines), _AT_ONCE))
    whole = (f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return _MAP.format("\n".join(whole))


def drawn(words: Iterable[Word], size: tuple[float, float], letters: Letters) -> bytes:
    """What puts the words in their places on a page of this size."""
    lines = [line for word in words for line in _word(word, size, letters)]
    return "\n".join(["BT", "3 Tr", *lines, "ET"]).encode() if lines else b""


def _word(word: Word, size: tuple[float, float], letters: Letters) -> Iterator[str]:
    across, down = size
    box, text = word.box, word.text + " "
    left, foot = box.left * across / WHOLE, down - box.bottom * down / WHOLE
    high = max((box.bottom - box.top) * down / WHOLE, 1.0)
    wide = max((box.right - box.left) * across / WHOLE, 0.5)
    advance = wide / len(word.text)
    stretch = 100 * advance / (high * ADVANCE / 1000)
    places = [letters.of(letter) for letter in text]
    start = 0
    for font, run in groupby(places, key=lambda item: item[0]):
        codes = [place for _, place in run]
        shown = "".join(f"{code:02X}" for code in codes)
        yield (
            f"/L{font} {high:.2f} Tf {stretch:.2f} Tz"
            f" 1 0 0 1 {left + start * advance:.2f} {foot:.2f} Tm <{shown}> Tj"
        )
        start += len(codes)
