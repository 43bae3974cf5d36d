"""Reading the file of an item: each time it is on record who did."""

from datetime import datetime

from quartermaster.disclosure.errors import DocumentUnfit
from quartermaster.disclosure.models import RequestItem
from quartermaster.files.opening.confined import Unfit
from quartermaster.kernel.permits import Actor
from quartermaster.records.actions.capture import read_item
from quartermaster.records.exports import city_zone
from quartermaster.records.reading import mail
from quartermaster.records.reading.result import MEDIA_TYPE, loaded, transcript
from quartermaster.records.reading.texts import decoded


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
    if media_type != "message/rfc822":
        return decoded(content)
    try:
        return mail.read_through(content)[0]
    except Unfit as problem:
        raise DocumentUnfit(str(problem)) from problem
