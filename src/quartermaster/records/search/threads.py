"""Of which exchange a mail is: by the first message of it that its headings name."""

import hashlib
import re
from collections.abc import Sequence

from quartermaster.files.errors import FileMissing
from quartermaster.records.contents import content_of
from quartermaster.records.errors import RecordDamaged
from quartermaster.records.models import RecordItem

MAIL = "message/rfc822"
HEADINGS = 64 * 1024
_HEADING = re.compile(
    rb"^(references|in-reply-to|message-id):([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)",
    re.IGNORECASE | re.MULTILINE,
)
_KEY = re.compile(rb"<([^<>\s]{1,250})>")
_ORDER = (b"references", b"in-reply-to", b"message-id")


def first_message(headings: bytes) -> bytes:
    """The key of the first message of the exchange; empty where none is named."""
    named = {found[1].lower(): _KEY.findall(found[2]) for found in _HEADING.finditer(headings)}
    return next((named[name][0] for name in _ORDER if named.get(name)), b"")


def mail_thread(items: Sequence[RecordItem]) -> str:
    """The thread of a record that has one mail; empty for any other.

    Only the beginning is looked at, and nothing is parsed but three headings.
    """
    mails = [item for item in items if item.media_type == MAIL]
    if len(mails) != 1:
        return ""
    try:
        first = next(content_of(mails[0]), b"")
    except (FileMissing, RecordDamaged, OSError):
        return ""  # audits tell of what is damaged
    headings = re.split(rb"\r?\n\r?\n", first[:HEADINGS], maxsplit=1)[0]
    root = first_message(headings)
    return hashlib.sha256(b"mail|" + root).hexdigest() if root else ""
