"""Messages of an iPhone as the pages of ``imessage-exporter``; nothing in them is run or fetched.

Both forms that it has written: ``reactions`` of older ones are ``tapbacks`` of newer ones.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.given import FileOf, Given
from quartermaster.records.reading.iphonetalk import Entry, Talk

_DEEPEST = 250
_SILENT = {"style", "script", "head", "title", "template"}
_LINES = {"div", "p", "hr", "tr", "table", "li", "tbody", "tfoot"}
_SAY = {"timestamp", "sender", "bubble", "reply_context"}
_PLACES = {"img": "src", "video": "src", "audio": "src", "source": "src", "a": "href"}
_HOLDS_FILES = {"attachment", "sticker", "message_part"}
_ELSEWHERE = ("http:", "https:", "sms:", "data:", "mailto:", "tel:", "#", "javascript:")


def is_page(head: bytes) -> bool:
    """Whether it begins as a page does."""
    low = head.lower()
    return low.startswith((b"<html", b"<!doctype html", b'<div class="message"'))


def read(pieces: Iterable[bytes], gatherer: Gatherer, given: Given, file: FileOf) -> None:
    """Read the page of a conversation."""
    reader = _Reader(Talk(gatherer, given), file)
    parser = etree.HTMLParser(target=reader, encoding="utf-8", no_network=True, huge_tree=False)
    try:
        for piece in pieces:
            parser.feed(piece)
        parser.close()
    except (etree.LxmlError, ValueError) as problem:
        raise Unfit("It is no page that can be read, or its parts lie too deep.") from problem
    if not reader.finish():
        raise Unfit(
            "It is a page, but none of messages as imessage-exporter writes them. Export"
            " them as text or as a table."
        )


class _Reader:
    """Is told of elements and words, as lxml tells them."""

    def __init__(self, talk: Talk, file: FileOf) -> None:
        self._talk, self._file = talk, file
        self._open: list[tuple[str, frozenset[str]]] = []
        self._entries: list[Entry] = []
        self._words: list[str] = []
        self._silent = 0
        self._count = 0

    def start(self, tag: str, given: Mapping[str, str]) -> None:
        roles = frozenset(given.get("class", "").split())
        if len(self._open) >= _DEEPEST:
            raise Unfit("Its parts lie too deep in one another.")
        if tag == "br":
            self._words.append("\n")
        elif tag in _LINES or tag in _SILENT or roles & _SAY:
            self._line()
        self._open.append((tag, roles))
        self._silent += tag in _SILENT or "reply_anchor" in roles
        if "message" in roles and tag == "div":
            self._begin(notice=False)
        elif "announcement" in roles and not self._entries:
            self._begin(notice=True)
        elif self._entries:
            self._entries[-1].sent |= "sent" in roles
            self._entries[-1].answers |= "reply_context" in roles
            self._place(tag, given)

    def data(self, words: str) -> None:
        if self._entries and not self._silent:
            self._words.append(words)

    def end(self, tag: str) -> None:
        if not self._open:
            return
        if tag in _LINES or self._open[-1][1] & _SAY:
            self._line()
        tag, roles = self._open.pop()
        self._silent -= tag in _SILENT or "reply_anchor" in roles
        if self._entries and (
            ("message" in roles and tag == "div")
            or ("announcement" in roles and self._entries[-1].notice)
        ):
            self._talk.add(self._entries.pop())

    def comment(self, _text: str) -> None:
        """Says nothing."""

    def close(self) -> None:
        while self._open:
            self.end(self._open[-1][0])

    def finish(self) -> bool:
        return self._talk.finish()

    def _begin(self, *, notice: bool) -> None:
        self._line()
        self._count += 1
        inner = bool(self._entries)
        self._entries.append(Entry(f"message {self._count:,}", "", notice=notice, inner=inner))

    def _place(self, tag: str, given: Mapping[str, str]) -> None:
        """A file of the message, or the address that it is about."""
        place = given.get(_PLACES.get(tag, ""), "").strip()
        roles = {role for _, some in self._open for role in some}
        if not place:
            return
        if place.lower().startswith(_ELSEWHERE):
            if tag == "a" and "app" in roles and place.lower().startswith("http"):
                self._words.append(f"\n{place}\n")
        elif roles & _HOLDS_FILES and not roles & {"app", "timestamp"}:
            path = place[:1000]
            self._entries[-1].files[path] = self._file(path) or self._file(unquote(path))

    def _line(self) -> None:
        """What was said so far is a line: the date, the sender, or words of the message."""
        said, self._words = "".join(self._words), []
        if not self._entries or not said.strip():
            return
        entry = self._entries[-1]
        roles = {role for _, some in self._open for role in some}
        last = self._open[-1][1] if self._open else frozenset()
        if "timestamp" in last and not entry.date:
            entry.date = " ".join(said.replace("\u00a0", " ").split()).partition(" (")[0]
        elif "sender" in last and not entry.sender:
            entry.sender = " ".join(said.split())
        elif "bubble" in roles:
            entry.say(line.rstrip() for line in said.strip("\n").split("\n"))
        elif "reply_context" not in last:
            entry.say(" ".join(line.split()) for line in said.split("\n") if line.strip())
