"""Mail: one message (.eml), or a folder of them (.mbox), as conversations by their references."""

import re
from collections.abc import Iterable, Iterator
from email.message import Message as Parsed

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import mailparts
from quartermaster.records.reading.bounds import LARGEST_FILE
from quartermaster.records.reading.gathering import Gatherer, Thread
from quartermaster.records.reading.result import Message, Participant, Platform

_IDENTIFIER = re.compile(r"<[^<>\s]{1,250}>")
_ANSWER = re.compile(r"^(?:(?:re|fwd?|aw|sv|antw)(?:\[\d+\])?:\s*)+", re.IGNORECASE)
_KEPT = ("Message-ID", "Date", "From", "To", "Cc", "Subject", "In-Reply-To")
_LARGEST = 2 * LARGEST_FILE
_BEGINS = re.compile(rb"^From \S.*$")
MARKS = (b"from:", b"date:", b"subject:", b"to:", b"received:", b"message-id:", b"return-path:")


class Threads:
    """Which conversation a message belongs to: that of what it answers, where that is known."""

    def __init__(self, gatherer: Gatherer) -> None:
        self.gatherer = gatherer
        self._root: dict[str, str] = {}

    def of(self, own: str, answered: Iterable[str], subject: str) -> Thread:
        before = [one for one in answered if one in self._root]
        named = list(answered)
        root = self._root[before[0]] if before else (named[0] if named else own)
        for one in (own, *named):
            self._root.setdefault(one, root)
        title = _ANSWER.sub("", subject) or "Without a subject"
        return self.gatherer.thread(f"{Platform.MAIL}:{root}", Platform.MAIL, title)


def read_one(content: bytes, gatherer: Gatherer, threads: Threads, where: str) -> None:
    """Take one message in."""
    message = mailparts.opened(content)
    subject = mailparts.heading(message, "Subject")
    own = next(iter(_identifiers(message, "Message-ID")), f"<{where}>")
    named = [*_identifiers(message, "References"), *_identifiers(message, "In-Reply-To")]
    thread = threads.of(own, list(dict.fromkeys(named)), subject)
    senders = mailparts.addresses(message, "From")
    for name, address in [*senders, *mailparts.addresses(message, "To", "Cc", "Bcc")]:
        thread.meet(Participant(address.casefold(), name, address))
    words, files = mailparts.taken_apart(message)
    attached = tuple(gatherer.file(one.name, one.media_type, [one.content]) for one in files)
    at = mailparts.moment(message)
    if at is None:
        gatherer.fault(where, "The date of a message cannot be read.")
    body = f"{subject}\n\n{words}" if subject else words
    original = {name: value[:2000] for name in _KEPT if (value := mailparts.heading(message, name))}
    sender = senders[0][1].casefold() if senders else ""
    gatherer.add(thread, Message(at, sender, body, attachments=attached, original=original), where)


def _identifiers(message: Parsed, name: str) -> list[str]:
    return _IDENTIFIER.findall(mailparts.heading(message, name))[:200]


def is_mail(head: bytes) -> bool:
    """Whether it begins as a message does: with headings, one of those that every message has."""
    lines = head.lstrip(b"\xef\xbb\xbf\r\n").split(b"\n")[:60]
    names = 0
    for line in lines:
        if not line.strip():
            break
        if line[:1] in b" \t":
            continue
        name, colon, _ = line.partition(b":")
        if not colon or b" " in name.strip():
            return False
        names += line.lower().startswith(MARKS)
    return names > 1


def read(pieces: Iterable[bytes], gatherer: Gatherer) -> None:
    """Read a single message."""
    content = b""
    for piece in pieces:
        content += piece
        if len(content) > _LARGEST:
            raise Unfit("It is larger than a message may be.")
    read_one(content, gatherer, Threads(gatherer), "message 1")


def read_folder(pieces: Iterable[bytes], gatherer: Gatherer) -> None:
    """Read a folder in the form of mbox; a message that is too large is told."""
    threads = Threads(gatherer)
    for number, content in enumerate(messages_in(pieces, gatherer), start=1):
        read_one(content, gatherer, threads, f"message {number:,}")


def messages_in(pieces: Iterable[bytes], gatherer: Gatherer) -> Iterator[bytes]:
    """The messages of a folder, without the line that separates them."""
    lines: list[bytes] | None = None
    size, blank = 0, True
    for line in _lines(pieces):
        bare = line.rstrip(b"\r\n")
        if blank and _BEGINS.match(bare):
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
        elif lines is not None:
            size += len(line)
            if size <= _LARGEST:
                lines.append(line[1:] if re.match(rb">+From ", line) else line)
            elif size - len(line) <= _LARGEST:
                gatherer.fault("", "A message is larger than it may be; its beginning was read.")
        blank = not bare
    if lines:
        yield b"".join(lines)


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest: list[bytes] = []
    held = 0
    for piece in pieces:
        *whole, last = piece.split(b"\n")
        for one in whole:
            yield b"".join([*rest, one, b"\n"])
            rest, held = [], 0
        if last:
            rest.append(last)
            held += len(last)
        if held > _LARGEST:
            raise Unfit("A line of it is longer than it may be.")
    if rest:
        yield b"".join(rest)


def read_through(content: bytes) -> tuple[str, list[mailparts.File]]:
    """A message as a person reads it: headings, words, the names of its files; and these."""
    message = mailparts.opened(content)
    words, files = mailparts.taken_apart(message)
    lines = [
        f"{name}: {value}"
        for name in mailparts.HEADINGS
        if (value := mailparts.heading(message, name))
    ]
    lines += ["", words]
    lines += [f"[attached: {one.name}, {one.media_type}]" for one in files]
    return "\n".join(lines), files
