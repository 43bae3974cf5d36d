"""Messages of Outlook (.msg), opened by python-oxmsg."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

import oxmsg
from oxmsg.attachment import Attachment
from oxmsg.storage import Storage

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import richtext
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.legacy import lzfu
from quartermaster.records.reading.legacy.compound import compound
from quartermaster.records.reading.legacy.opening import opened_ole
from quartermaster.records.reading.mail import Threads
from quartermaster.records.reading.mailparts import File, people_in, plain, shown
from quartermaster.records.reading.result import Attachment as Attached
from quartermaster.records.reading.result import Message, Participant
from quartermaster.records.rules.content import OLE

MOST_FILES = 500
_SUBJECT, _BODY, _RICH, _NAME = 0x0037, 0x1000, 0x1009, 0x3001
_EIGHT_BITS = 0x001E  # letters of a code page
_PROPERTIES = "__properties_version1.0"
_INSIDE = "__substg1.0_3701000D"  # the storage in which a message, or an object, is attached
_HEADER = 24  # of a message within another; that of a file has eight bytes more


class _Opened:
    """What is read of such a message, all at once."""

    def __init__(self, content: bytes) -> None:
        message = oxmsg.Message.load(content)
        self.subject = _said(message, _SUBJECT)
        self.sender = plain(_clean(message.sender or ""))
        self.headers = {name.casefold(): value for name, value in message.message_headers.items()}
        self.people = [
            (_clean(one.name or ""), _clean(one.email_address or "")) for one in message.recipients
        ]
        self.at = _utc(message.sent_date)
        self.fault = ""
        self.body = _said(message, _BODY) or shown(_clean(message.html_body or ""))
        if not self.body:
            self.body = self._rich(message.properties.binary_prop_value(_RICH))
        self.files = [
            _file(one) for one, _ in zip(message.attachments, range(MOST_FILES), strict=False)
        ]

    def _rich(self, packed: bytes | None) -> str:
        """The words of a body that is there as rich text alone; a damaged one is told."""
        try:
            return _clean(richtext.text_of(lzfu.unpacked(packed))) if packed else ""
        except Unfit as problem:
            self.fault = str(problem)
            return ""


def _said(message: oxmsg.Message, key: int) -> str:
    """A text of the message; in another code page than it says, as far as its letters go."""
    try:
        return _clean(message.properties.str_prop_value(key) or "")
    except (UnicodeError, LookupError):
        said = message._storage.property_stream_bytes(key, _EIGHT_BITS)  # noqa: SLF001 (as below)
        return _clean(said.decode("cp1252", "replace"))


def _file(one: Attachment) -> tuple[str, str, bytes | None]:
    """Name, kind and content; what is attached as a storage becomes a file of its own."""
    name, kind = _clean(one.file_name or ""), _clean(one.mime_type or "")
    if one.file_bytes is not None:
        return name, kind, one.file_bytes
    storage = one._storage  # noqa: SLF001 (the library has no other way to what is in it)
    assert isinstance(storage, Storage)
    within = next((inner for inner in storage.storages if inner.name == _INSIDE), None)
    if within is None:
        return name, kind, None
    streams = dict(_streams(within, len(within.path) + 1))
    if _PROPERTIES in streams:
        name = f"{name or _clean(one.properties.str_prop_value(_NAME) or '') or 'message'}.msg"
        head = streams[_PROPERTIES]
        streams[_PROPERTIES] = head[:_HEADER] + bytes(8) + head[_HEADER:]
    return name, OLE, compound(streams)


def _streams(storage: Storage, behind: int) -> Iterator[tuple[str, bytes]]:
    for stream in storage.streams:
        yield stream.path[behind:], stream.bytes_
    for inner in storage.storages:
        yield from _streams(inner, behind)


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _opened(content: BinaryIO) -> _Opened:
    opened_ole(content)  # what is a bomb is not read
    content.seek(0)
    try:
        return _Opened(content.read())
    except (MemoryError, Unfit):
        raise
    except Exception as problem:
        raise Unfit("It is no message of Outlook, or it is damaged.") from problem


def read(content: BinaryIO, gatherer: Gatherer) -> None:
    """Take one message in."""
    found = _opened(content)
    references = (
        found.headers.get("references", "").split() or found.headers.get("in-reply-to", "").split()
    )
    own = found.headers.get("message-id", "").strip() or f"<{found.subject}{found.at}>"
    thread = Threads(gatherer).of(own[:250], [one[:250] for one in references[:200]], found.subject)
    senders = [(name, address) for name, address in people_in(found.sender) if address]
    for name, address in [*senders, *found.people]:
        if address:
            thread.meet(Participant(address.casefold()[:200], name[:200], address[:200]))
    attached = tuple(
        gatherer.file(name or "attachment", kind, [data])
        if data is not None
        else Attached(name[:200] or "attachment", kind[:127], why="It only names another place.")
        for name, kind, data in found.files
    )
    if found.at is None:
        gatherer.fault("", "The date of the message cannot be read.")
    if found.fault:
        gatherer.fault("", found.fault)
    body = f"{found.subject}\n\n{found.body}" if found.subject else found.body
    original = {"Subject": found.subject[:2000], "From": found.sender[:2000], "Message-ID": own}
    sender = senders[0][1].casefold()[:200] if senders else ""
    gatherer.add(thread, Message(found.at, sender, body, attachments=attached, original=original))


def read_through(content: BinaryIO) -> tuple[str, list[File], bool]:
    """The message as a person reads it, its files, and whether its own text can be read.

    Raises:
        Unfit: it is no message, or it is damaged.
    """
    found = _opened(content)
    lines = [f"From: {found.sender}"]
    lines += [f"To: {name} <{address}>" for name, address in found.people]
    lines += [f"Subject: {found.subject}", "", found.body]
    lines += [f"[attached: {name}, {kind}]" for name, kind, _ in found.files]
    files = [File(name, kind, data) for name, kind, data in found.files if data is not None]
    return "\n".join(lines), files, not found.fault
