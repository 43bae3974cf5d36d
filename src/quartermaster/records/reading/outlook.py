"""Messages of Outlook (.msg), opened by python-oxmsg."""

from datetime import UTC, datetime
from typing import BinaryIO

import oxmsg

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.legacy.opening import opened_ole
from quartermaster.records.reading.mail import Threads
from quartermaster.records.reading.mailparts import File, people_in, shown
from quartermaster.records.reading.result import Attachment, Message, Participant

MOST_FILES = 500


class _Opened:
    """What is read of such a message, all at once."""

    def __init__(self, content: bytes) -> None:
        message = oxmsg.Message.load(content)
        self.subject = _clean(message.subject)
        self.sender = _clean(message.sender or "")
        self.headers = {name.casefold(): value for name, value in message.message_headers.items()}
        self.people = [
            (_clean(one.name or ""), _clean(one.email_address or "")) for one in message.recipients
        ]
        self.at = _utc(message.sent_date)
        self.body = _clean(message.body or "") or shown(_clean(message.html_body or ""))
        self.files = [
            (_clean(one.file_name or ""), _clean(one.mime_type or ""), one.file_bytes)
            for one, _ in zip(message.attachments, range(MOST_FILES), strict=False)
        ]


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
        else Attachment(name[:200] or "attachment", kind[:127], why="It only names another place.")
        for name, kind, data in found.files
    )
    if found.at is None:
        gatherer.fault("", "The date of the message cannot be read.")
    body = f"{found.subject}\n\n{found.body}" if found.subject else found.body
    original = {"Subject": found.subject[:2000], "From": found.sender[:2000], "Message-ID": own}
    sender = senders[0][1].casefold()[:200] if senders else ""
    gatherer.add(thread, Message(found.at, sender, body, attachments=attached, original=original))


def read_through(content: BinaryIO) -> tuple[str, list[File]]:
    """The message as a person reads it, and its files.

    Raises:
        Unfit: it is no message, or it is damaged.
    """
    found = _opened(content)
    lines = [f"From: {found.sender}"]
    lines += [f"To: {name} <{address}>" for name, address in found.people]
    lines += [f"Subject: {found.subject}", "", found.body]
    lines += [f"[attached: {name}, {kind}]" for name, kind, _ in found.files]
    files = [File(name, kind, data) for name, kind, data in found.files if data is not None]
    return "\n".join(lines), files
