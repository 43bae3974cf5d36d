"""Reading the file of an item: each time it is on record who did."""

from datetime import datetime
from email import policy
from email.parser import BytesParser

from quartermaster.disclosure.models import RequestItem
from quartermaster.kernel.permits import Actor
from quartermaster.records.actions.capture import read_item
from quartermaster.records.exports import city_zone
from quartermaster.records.reading.result import MEDIA_TYPE, loaded, transcript

_HEADINGS = ("From", "To", "Cc", "Date", "Subject")


def content_of(row: RequestItem, actor: Actor, at: datetime) -> bytes:
    """The original, as it came."""
    _, pieces = read_item(item_id=row.item_id, actor=actor, at=at)
    return b"".join(pieces)


def text_of(row: RequestItem, actor: Actor, at: datetime) -> str:
    """The words of a written file; of an e-mail its headings, its text and what is attached."""
    return as_text(content_of(row, actor, at), row.item.media_type)


def as_text(content: bytes, media_type: str) -> str:
    if media_type == MEDIA_TYPE:
        return transcript(loaded(content)[0], city_zone())
    return _of_mail(content) if media_type == "message/rfc822" else decoded(content)


def decoded(content: bytes) -> str:
    """Text in the encoding that it is in."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig",):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            break
        return text.replace("\r\n", "\n").replace("\x00", "")
    return content.decode("latin-1").replace("\r\n", "\n").replace("\x00", "")


def _of_mail(content: bytes) -> str:
    message = BytesParser(policy=policy.default).parsebytes(content)
    lines = [f"{name}: {message[name]}" for name in _HEADINGS if message[name]]
    body = message.get_body(("plain", "html"))
    try:
        said = str(body.get_content()) if body is not None else ""
    except (LookupError, ValueError):
        said = ""
    lines += ["", said.strip()]
    lines += [
        f"[attached: {part.get_filename() or 'without a name'}, {part.get_content_type()}]"
        for part in message.iter_attachments()
    ]
    return "\n".join(lines)
