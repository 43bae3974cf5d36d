"""Markdown with marks: ``~~struck~~`` or ``<del>``, and ``++inserted++`` or ``<ins>``.

Only the structure a policy has is read: a title, headings (marked with ``#``, or a short line
alone), numbered items, paragraphs. Everything else is text. A deletion that is opened and not
closed is refused, because a struck text must never pass for one in force.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from quartermaster.policy.redline.errors import RedlineUnreadable
from quartermaster.policy.redline.model import Kind, Paragraph, Redline, Style, runs_of

LARGEST = 2 * 1024 * 1024
LONGEST_PARAGRAPH = 50_000
_TOKEN = re.compile(
    r"\\[\\~+<>*_#`\[\]().-]"
    r"|(?<!~)~~(?!~)"
    r"|(?<!\+)\+\+(?!\+)"
    r"|(?<!\*)\*\*(?!\*)|(?<!_)__(?!_)"
    r"|</?(?:del|s|strike|ins)\s*>",
    re.IGNORECASE,
)
_HEADING = re.compile(r"#{1,6}(?=\s)")
_ITEM = re.compile(r"(?:(\d{1,4})[.)]|[-*+])\s+")
_PLUS = "++"
_EMPHASIS = {"**", "__"}
_ENDS_SENTENCE = (".", ":", ";", "!", "?", ",")
_HEADING_WORDS = 8


@dataclass(frozen=True)
class _Block:
    line: int
    text: str


def parse(source: bytes) -> Redline:
    """Read a Markdown redline; `RedlineUnreadable` where it cannot be done without guessing."""
    text = _without_front_matter(_text(source))
    bare = _without_comments(text)
    notes = ("Comments in the source were left out.",) if bare != text else ()
    paragraphs: list[Paragraph] = []
    for block in _blocks(bare):
        paragraph = _paragraph(block, first=not paragraphs)
        if paragraph.runs:
            paragraphs.append(paragraph)
    if not any(p.current.strip() for p in paragraphs):
        raise RedlineUnreadable("The document has no text that is in force. Choose another file.")
    return Redline(tuple(paragraphs), notes)


def _text(source: bytes) -> str:
    if len(source) > LARGEST:
        raise RedlineUnreadable(f"A Markdown policy may have {LARGEST:,} bytes at most.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RedlineUnreadable(
            f"The file is not UTF-8 text (byte {problem.start:,}). Save it as UTF-8 and try again."
        ) from None
    if "\x00" in text:
        raise RedlineUnreadable("The file is not text: it has NUL bytes.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def front_matter(source: bytes) -> str:
    """The YAML between the lines ``---`` at the top; "" where there is none."""
    text = _text(source)
    end = _front_matter_end(text)
    return text[4:end] if end else ""


def _front_matter_end(text: str) -> int:
    """Where the closing line of the front matter begins; 0 where there is none."""
    return max(text.find("\n---\n", 3), 0) if text.startswith("---\n") else 0


def _without_front_matter(text: str) -> str:
    end = _front_matter_end(text)
    return "\n" * (text.count("\n", 0, end) + 2) + text[end + 5 :] if end else text


def _without_comments(text: str) -> str:
    """The text without ``<!-- -->``, its line numbers kept."""
    pieces, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            line = text.count("\n", 0, start) + 1
            raise RedlineUnreadable(f"Line {line}: a comment is not closed with “-->”.", line=line)
        pieces += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end + 3
    return "".join([*pieces, text[position:]])


def _blocks(text: str) -> Iterator[_Block]:
    """Blocks of lines: parted by blank lines, and before each heading and numbered item."""
    start, lines = 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        opens = bool(_HEADING.match(bare) or _ITEM.match(bare))
        if lines and (not bare or opens or _HEADING.match(lines[-1])):
            yield _Block(start, " ".join(lines))
            lines = []
        if bare:
            start = start if lines else number
            lines.append(bare)
    if lines:
        yield _Block(start, " ".join(lines))


def _paragraph(block: _Block, *, first: bool) -> Paragraph:
    text, style, number = block.text, Style.BODY, ""
    if len(text) > LONGEST_PARAGRAPH:
        raise RedlineUnreadable(
            f"Line {block.line}: a paragraph may have {LONGEST_PARAGRAPH:,} characters at most.",
            line=block.line,
        )
    if heading := _HEADING.match(text):
        text, style = text[heading.end() :].strip().rstrip("#").rstrip(), Style.HEADING
    elif item := _ITEM.match(text):
        number, text, style = item.group(1) or "", text[item.end() :], Style.ITEM
    runs = runs_of(_inline(text, block.line))
    paragraph = Paragraph(runs, style, number)
    if first and style is not Style.ITEM and _short(paragraph.current):
        return Paragraph(runs, Style.TITLE)
    if style is Style.BODY and _short(paragraph.current):
        return Paragraph(runs, Style.HEADING)
    return paragraph


def _short(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _HEADING_WORDS and not text.rstrip().endswith(_ENDS_SENTENCE)


def _inline(text: str, line: int) -> Iterator[tuple[Kind, str]]:
    """Pieces of a block with their kinds. Where marks overlap, deletion wins."""
    struck: str = ""  # the token that opened the deletion under way
    added: str = ""
    position = 0
    for found in _TOKEN.finditer(text):
        kind = Kind.DELETED if struck else Kind.INSERTED if added else Kind.KEPT
        yield kind, unescape(text[position : found.start()])
        position = found.end()
        token = _token(found.group())
        if token in _EMPHASIS:
            continue
        if token.startswith("\\"):
            yield kind, token[1:]
        elif token in {"~~", "<del>", "</del>"}:
            struck = _toggle(struck, token, line, "deletion")
        elif token == _PLUS and not added and not _opens(text, found.start(), found.end()):
            yield kind, token  # a "C++" is not a mark
        else:
            added = _toggle(added, token, line, "insertion")
    if struck or added:
        what = "deletion" if struck else "insertion"
        raise RedlineUnreadable(
            f"Line {line}: “{struck or added}” opens {'a' if struck else 'an'} {what} that is not "
            "closed in its paragraph. Close it, or put \\ before the characters.",
            line=line,
        )
    yield Kind.KEPT, unescape(text[position:])


def _token(raw: str) -> str:
    """A tag in its one spelling."""
    tag = raw.lower().replace(" ", "").replace("\t", "")
    return tag.replace("strike", "del").replace("<s>", "<del>").replace("</s>", "</del>")


def _opens(text: str, start: int, end: int) -> bool:
    closes = text.find("++", end)
    return closes > end and not text[end].isspace() and not text[start - 1 : start].isalpha()


def _toggle(under_way: str, token: str, line: int, what: str) -> str:
    """The token that is open after ``token``; "" where it closed the one under way."""
    if token == under_way or token == under_way.replace("<", "</"):
        if token.startswith("<") and not token.startswith("</"):
            raise RedlineUnreadable(f"Line {line}: a {what} is opened twice with {token}.")
        return ""
    if not under_way and not token.startswith("</"):
        return token
    raise RedlineUnreadable(
        f"Line {line}: “{token}” does not fit the marks before it. Check where each {what} "
        "begins and ends.",
        line=line,
    )
