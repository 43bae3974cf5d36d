"""A mail message taken apart: headings, words, files; whatever a stranger wrote in it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from quartermaster.files.opening.confined import Unfit

MOST_PARTS = 1_000
DEEPEST = 30
HEADINGS = ("From", "To", "Cc", "Date", "Subject")
_LONGEST_HEADING = 20_000
_SILENT = {"script", "style", "head", "title"}
_LINES = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table"}


def opened(content: bytes) -> Message:
    """The message; `Unfit` where its parts lie too deep in one another."""
    try:
        return BytesParser(policy=policy.compat32).parsebytes(content)
    except RecursionError as problem:
        raise Unfit("Its parts lie too deep in one another.") from problem


def heading(message: Message, name: str) -> str:
    """A heading as it is read, on one line."""
    written = message.get(name)
    if written is None:
        return ""
    return plain(str(written))


def plain(written: str) -> str:
    """What is written in a heading as it is read, on one line."""
    text = written[:_LONGEST_HEADING]
    with suppress(MessageError, LookupError, ValueError):
        text = str(make_header(decode_header(text)))
    return " ".join(text.replace("\x00", " ").split())


def addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """Names and addresses in these headings."""
    written = [heading(message, name) for name in names]
    found = people_in(*written)
    return [(name.strip()[:200], address.strip()[:200]) for name, address in found if address]


def people_in(*written: str) -> list[tuple[str, str]]:
    """Names and addresses as they stand in these; none where they lie too deep in one another."""
    try:
        return getaddresses([one for one in written if one])
    except RecursionError:
        return []


def moment(message: Message) -> datetime | None:
    """When it was sent, as it says."""
    try:
        at = parsedate_to_datetime(heading(message, "Date"))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


@dataclass(frozen=True)
class File:
    """A file of a message."""

    name: str
    media_type: str
    content: bytes


def parts(message: Message) -> Iterator[Message]:
    """The parts that have content, in their order; a forwarded message is one."""
    waiting, seen = [(message, 0)], 0
    while waiting:
        part, deep = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or deep > DEEPEST:
            raise Unfit("It has more parts than a message may.")
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += [(one, deep + 1) for one in reversed(_inside(part))]
        else:
            yield part


def _inside(part: Message) -> list[Message]:
    """The parts of a part; never its text, which a stranger's charset may keep from being read."""
    found = part.get_payload() if part.is_multipart() else []
    return [one for one in found if isinstance(one, Message)] if isinstance(found, list) else []


def taken_apart(message: Message) -> tuple[str, list[File]]:
    """Its words, and its files; of words that come as text and as a page the text is taken."""
    plain: list[str] = []
    pages: list[str] = []
    files: list[File] = []
    for part in parts(message):
        name = _name(part)
        kind = part.get_content_type()
        attached = (part.get_content_disposition() or "") == "attachment"
        if not attached and not name and kind == "text/plain":
            plain.append(_words(part))
        elif not attached and not name and kind == "text/html":
            pages.append(shown(_words(part)))
        elif kind == "message/rfc822" or name or attached or part is not message:
            files.append(File(name or _unnamed(kind), kind, _content(part)))
    return "\n".join(plain or pages).strip(), files


def _name(part: Message) -> str:
    try:
        return " ".join((part.get_filename() or "").split())[:200]
    except (LookupError, ValueError, TypeError, UnicodeError):
        return ""


def _unnamed(kind: str) -> str:
    return "message.eml" if kind == "message/rfc822" else "attachment"


def _content(part: Message) -> bytes:
    inner = _inside(part) if part.get_content_type() == "message/rfc822" else []
    if inner:
        try:
            return inner[0].as_bytes()
        except (ValueError, LookupError, RecursionError, TypeError, AttributeError):
            return b""
    try:
        found = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return found if isinstance(found, bytes) else b""


def _words(part: Message) -> str:
    content = _content(part)
    charset = part.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, "replace").replace("\r\n", "\n").replace("\x00", "")
    except (LookupError, ValueError):
        return content.decode("latin-1").replace("\r\n", "\n").replace("\x00", "")


class _Page(HTMLParser):
    """The words of a page; nothing of it is run or fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "body":
            self.silent.clear()  # a head may end without saying so
        if tag in _SILENT:
            self.silent.append(tag)
        elif tag in _LINES:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag == self.silent[-1]:
            self.silent.pop()
        elif tag in _LINES:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)


def shown(page: str) -> str:
    """The words of a page as lines."""
    reader = _Page()
    with suppress(AssertionError, ValueError, RecursionError):  # what was read before is it
        reader.feed(page)
        reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).split("\n"))
    return "\n".join(line for line in lines if line)
