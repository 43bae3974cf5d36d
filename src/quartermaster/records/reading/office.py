"""The text of office documents: XML in a ZIP file, read part by part; nothing in it is followed."""

from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import workbook, xmlread
from quartermaster.records.reading.packages import Damaged, Package

_OOXML = "application/vnd.openxmlformats-officedocument."
KINDS = (
    f"{_OOXML}wordprocessingml.document",
    f"{_OOXML}spreadsheetml.sheet",
    f"{_OOXML}presentationml.presentation",
)
MOST_CHARACTERS = 20_000_000
# the parts that have words: of OOXML by folder, and the one of OpenDocument
_WORDS = ("word/", "ppt/slides/", "ppt/notesslides/", "xl/sharedstrings.xml", "xl/worksheets/")
_OPEN = "content.xml"
_NO_WORDS = ("settings.xml", "styles.xml", "fonttable.xml", "websettings.xml", "numbering.xml")
_BREAKS = {"p", "br", "tab", "row", "tr", "h", "line-break", "si", "c", "table-cell", "list-item"}
_SHOWN = {"t", "v", "p", "h", "span", "a", "is"}


def texts_of(content: BinaryIO) -> Iterator[str]:
    """The text of each part that has words, in the order of their names; of a workbook its rows."""
    package = Package(content)
    left = MOST_CHARACTERS
    if workbook.is_workbook(package):
        yield from _rows(package)
        return
    for name in sorted(package.parts, key=_natural):
        if not _has_words(name, package):
            continue
        text = _text(package, name, left)
        left -= len(text)
        if text.strip():
            yield text


def _rows(package: Package) -> Iterator[str]:
    """The names of the sheets, and the rows of each, a cell behind the other as they are shown."""
    yield "\n".join(workbook.names(package))
    left = MOST_CHARACTERS
    for rows in workbook.sheets(package, workbook.TEXT):
        left -= sum(len(cell) + 1 for row in rows for cell in row)
        if left < 0:
            raise Unfit("There is more text in it than may be read.")
        lines = ("\t".join(filter(None, row)) for row in rows)
        yield "\n".join(line for line in lines if line)


def _natural(name: str) -> tuple[int, str]:
    return len(name), name


def _has_words(name: str, package: Package) -> bool:
    low = name.lower()
    if low == _OPEN:
        return "mimetype" in package.parts
    return (
        low.endswith(".xml")
        and low.startswith(_WORDS)
        and "/theme/" not in low
        and "/_rels/" not in low
        and not low.endswith(_NO_WORDS)
    )


def _text(package: Package, name: str, left: int) -> str:
    pieces: list[str] = []
    inside: list[bool] = []
    total = 0
    shared = False

    def begin(tag: str, given: dict[str, str], _line: int) -> None:
        nonlocal shared
        local = tag.rpartition(":")[2]
        if local == "c":
            shared = given.get("t") == "s"  # its value is only the place of a shared text
        inside.append(local in _SHOWN and not (local == "v" and shared))

    def end(tag: str) -> None:
        inside.pop()
        if tag.rpartition(":")[2] in _BREAKS:
            pieces.append("\n")

    def words(text: str) -> None:
        nonlocal total
        if inside and inside[-1]:
            total += len(text)
            if total > left:
                raise Unfit("There is more text in it than may be read.")
            pieces.append(text)

    with suppress(xmlread.Broken, Damaged):  # what comes before is read
        xmlread.read(package.pieces(name), begin, end, words)
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
