"""Word documents (.docx) with tracked changes.

Read: ``w:ins``, ``w:del``, ``w:moveFrom`` (deleted), ``w:moveTo`` (inserted), deleted paragraph
marks, tabs, breaks, automatic numbers of one level. Passed over: comments, formatting changes,
footnotes, pictures. The archive is bounded before anything in it is opened, and its XML may have
neither a document type nor entities.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from quartermaster.policy.redline.errors import DocumentHostile, RedlineUnreadable
from quartermaster.policy.redline.model import Kind, Paragraph, Redline, Run, Style, runs_of

LARGEST = 20 * 1024 * 1024
MOST_ENTRIES = 2_000
LARGEST_UNPACKED = 200 * 1024 * 1024
LARGEST_PART = 30 * 1024 * 1024
HIGHEST_RATIO = 200
DEEPEST = 200
DEEPEST_STYLE = 10

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT = "word/document.xml"
_STYLES = "word/styles.xml"
_MACROS = ("word/vbaproject.bin", "word/vbadata.xml")
_DELETES = {_W + "del", _W + "moveFrom"}
_INSERTS = {_W + "ins", _W + "moveTo"}
_SKIPPED = {_W + tag for tag in ("pPr", "rPr", "sdtPr", "drawing", "pict", "object", "txbxContent")}
_SKIPPED.add("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")
_TEXTS = {_W + "t", _W + "delText"}
_SPACES = {_W + "tab": " ", _W + "br": " ", _W + "cr": " ", _W + "noBreakHyphen": "-"}
_HEADING_WORDS = 8


def parse(source: bytes) -> Redline:
    """Read a Word redline; `DocumentHostile` or `RedlineUnreadable` where it cannot be taken."""
    root, styles = _document(source)
    body = root.find(_W + "body")
    if body is None:
        raise RedlineUnreadable("The Word document has no body. Save it again with Word.")
    reading = _Reading(styles)
    for element in _paragraph_elements(body, reading):
        reading.take(element)
    paragraphs = reading.finish()
    if not any(p.current.strip() for p in paragraphs):
        raise RedlineUnreadable("The document has no text that is in force. Choose another file.")
    return Redline(_with_title(paragraphs), tuple(sorted(reading.notes)))


def _document(source: bytes) -> tuple[Element, dict[str, "_ParagraphStyle"]]:
    if len(source) > LARGEST:
        raise DocumentHostile(f"A Word policy may have {LARGEST:,} bytes at most.")
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            _bound(archive)
            part = _read(archive, archive.getinfo(_DOCUMENT))
            look = (
                _read(archive, archive.getinfo(_STYLES)) if _STYLES in archive.NameToInfo else b""
            )
    except KeyError:
        raise RedlineUnreadable(
            "This is not a Word document: it has no word/document.xml."
        ) from None
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError):
        raise RedlineUnreadable(
            "The Word document is damaged or encrypted. Save it again as .docx, without a password."
        ) from None
    return _xml(part, "document"), _styles(_xml(look, "styles")) if look else {}


@dataclass(frozen=True)
class _ParagraphStyle:
    """What a named style says: its name in English, and the list it numbers ("" for none)."""

    name: str
    list_id: str
    based_on: str


def _styles(root: Element) -> dict[str, _ParagraphStyle]:
    """The styles by the ids that paragraphs name them with."""
    return {
        style.get(_W + "styleId", ""): _ParagraphStyle(
            name=_value(style, "name").replace(" ", "").lower(),
            list_id=_value(style, "pPr", "numPr", "numId"),
            based_on=_value(style, "basedOn"),
        )
        for style in root.findall(_W + "style")
    }


def _value(element: Element, *path: str) -> str:
    """The ``w:val`` of a descendant, "" where there is none."""
    found = element.find("/".join(_W + step for step in path))
    return found.get(_W + "val", "") if found is not None else ""


def _bound(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED:
        raise DocumentHostile("The Word document unpacks to more than a policy ever is.")
    if any(e.file_size > HIGHEST_RATIO * max(e.compress_size, 1024) for e in entries):
        raise DocumentHostile("The Word document is packed more tightly than text ever is.")
    if len(set(names)) != len(names):
        raise DocumentHostile("The Word document has two parts of one name.")
    if any(name.endswith(_MACROS) for name in names):
        raise DocumentHostile("The Word document has macros. Save it as .docx without them.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The part, never more of it than the bound, whatever the archive says of its size."""
    with archive.open(entry) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise DocumentHostile("The text of the Word document is larger than a policy ever is.")
    return content


def _xml(part: bytes, tag: str) -> Element:
    try:
        root = ElementTree.fromstring(part, forbid_dtd=True)
    except DefusedXmlException:
        raise DocumentHostile(
            "The Word document declares entities or a document type, which Word never does."
        ) from None
    except (ParseError, ValueError, LookupError):
        raise RedlineUnreadable("The text of the Word document is not sound XML.") from None
    if root.tag != _W + tag:
        raise RedlineUnreadable("This is not a Word document (or one of the strict kind).")
    return root


@dataclass
class _Reading:
    """What has been read so far."""

    styles: dict[str, _ParagraphStyle]
    paragraphs: list[Paragraph] = field(default_factory=list)
    pending: tuple[Run, ...] = ()  # of a paragraph whose end mark is deleted
    counters: dict[str, int] = field(default_factory=dict)
    notes: set[str] = field(default_factory=set)

    def take(self, element: Element) -> None:
        properties = element.find(_W + "pPr")
        own = runs_of(_pieces(element, Kind.KEPT, self.notes))
        paragraph = Paragraph(_joined(self.pending, own))
        self.pending = ()
        if _mark_deleted(properties) and paragraph.current.strip():
            self.pending = paragraph.runs
            return
        if paragraph.runs:
            self.paragraphs.append(self._styled(paragraph, properties))

    def _styled(self, paragraph: Paragraph, properties: Element | None) -> Paragraph:
        style_id = _value(properties, "pStyle") if properties is not None else ""
        style = self._style_name(style_id)
        if style == "title":
            return replace(paragraph, style=Style.TITLE)
        if style.startswith("heading"):
            return replace(paragraph, style=Style.HEADING)
        list_id = _list_id(properties, self._list_of_style(style_id))
        if list_id is not None:
            if not paragraph.current.strip():  # a struck item has no number any more
                return replace(paragraph, style=Style.ITEM)
            self.counters[list_id] = self.counters.get(list_id, 0) + 1
            return replace(paragraph, style=Style.ITEM, number=str(self.counters[list_id]))
        return _as_written(paragraph)

    def _style_name(self, style_id: str) -> str:
        known = self.styles.get(style_id)
        return known.name if known else style_id.replace(" ", "").lower()

    def _list_of_style(self, style_id: str) -> str:
        """The list that a style numbers, by itself or by the styles it is based on."""
        for _ in range(DEEPEST_STYLE):
            known = self.styles.get(style_id)
            if known is None:
                return ""
            if known.list_id:
                return known.list_id
            style_id = known.based_on
        return ""

    def finish(self) -> list[Paragraph]:
        if self.pending:
            self.paragraphs.append(Paragraph(self.pending))
        return self.paragraphs


def _joined(before: tuple[Run, ...], after: tuple[Run, ...]) -> tuple[Run, ...]:
    return runs_of((run.kind, run.text) for run in (*before, *after))


def _as_written(paragraph: Paragraph) -> Paragraph:
    """Items numbered by hand, and headings that are only short lines."""
    text = paragraph.current.strip()
    number, dot, rest = text.partition(".")
    if dot and number.isascii() and number.isdigit() and len(number) <= 4 and rest[:1].isspace():  # noqa: PLR2004
        lead = len(paragraph.current) - len(paragraph.current.lstrip()) + len(number) + 1
        before, after = paragraph.cut(lead + len(rest) - len(rest.lstrip()))
        struck = tuple(run for run in before.runs if run.kind is Kind.DELETED)
        return Paragraph((*struck, *after.runs), Style.ITEM, number)
    if 0 < len(text.split()) <= _HEADING_WORDS and not text.endswith(
        (".", ":", ";", "!", "?", ",")
    ):
        return replace(paragraph, style=Style.HEADING)
    return paragraph


def _with_title(paragraphs: list[Paragraph]) -> tuple[Paragraph, ...]:
    first, *rest = paragraphs
    if first.style is Style.HEADING and all(p.style is not Style.TITLE for p in rest):
        first = replace(first, style=Style.TITLE)
    return (first, *rest)


def _paragraph_elements(body: Element, reading: _Reading) -> Iterator[Element]:
    """Every paragraph in reading order; those of tables too."""
    stack: list[tuple[Iterator[Element], int]] = [(iter(body), 1)]
    while stack:
        children, depth = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
        elif child.tag == _W + "p":
            yield child
        elif child.tag not in _SKIPPED and depth < DEEPEST:
            if child.tag == _W + "tbl":
                reading.notes.add("Tables were read cell by cell.")
            stack.append((iter(child), depth + 1))


def _pieces(
    element: Element, kind: Kind, notes: set[str], depth: int = 0
) -> Iterable[tuple[Kind, str]]:
    """The texts below a paragraph with their kinds. What is deleted stays deleted inside."""
    if depth > DEEPEST:
        raise DocumentHostile("The Word document is nested more deeply than Word ever does.")
    for child in element:
        if child.tag in _TEXTS:
            said = Kind.DELETED if child.tag == _W + "delText" else kind
            yield said, child.text or ""
        elif child.tag in _SPACES:
            yield kind, _SPACES[child.tag]
        elif child.tag in _SKIPPED:
            _note(child, notes)
        else:
            yield from _pieces(child, _inner(child.tag, kind, notes), notes, depth + 1)


def _inner(tag: str, kind: Kind, notes: set[str]) -> Kind:
    if tag == _W + "commentReference":
        notes.add("Comments were left out.")
    if tag == _W + "footnoteReference":
        notes.add("Footnotes were left out.")
    if tag in _DELETES or kind is Kind.DELETED:
        return Kind.DELETED
    return Kind.INSERTED if tag in _INSERTS else kind


def _note(skipped: Element, notes: set[str]) -> None:
    if skipped.tag in {_W + "drawing", _W + "pict", _W + "object"}:
        notes.add("Pictures and embedded objects were left out.")
    elif skipped.find(_W + "rPrChange") is not None or skipped.find(_W + "pPrChange") is not None:
        notes.add("Changes of formatting alone were left out.")


def _mark_deleted(properties: Element | None) -> bool:
    run = properties.find(_W + "rPr") if properties is not None else None
    return run is not None and any(run.find(tag) is not None for tag in _DELETES)


def _list_id(properties: Element | None, of_style: str) -> str | None:
    """The list that a paragraph is an item of, at its first level; None where it is in none."""
    numbering = properties.find(_W + "numPr") if properties is not None else None
    if numbering is None:
        return of_style if of_style not in {"", "0"} else None
    list_id = _value(numbering, "numId") or of_style
    if list_id in {"", "0"} or _value(numbering, "ilvl") not in {"", "0"}:
        return None
    return list_id
