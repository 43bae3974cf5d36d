"""What the custodian's pages of mail and of refused files share: taking away, and discarding."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate

from quartermaster.records.keeping import unread_kept
from quartermaster.records.rules.capture import EARLIEST
from quartermaster.records.rules.holds import LONGEST_REASON
from quartermaster.web.pages import ActPage
from quartermaster.web.pages.base import M
from quartermaster.web.pages.fields import reason_form

REACHED = "A records request is open that may reach it. Discard it only if it is no record."
# nothing of what is given runs or is guessed at, whatever it is
LOCKED_UP = "default-src 'none'; sandbox; frame-ancestors 'none'"


def taken_away(pieces: Iterable[bytes], size: int, name: str) -> HttpResponse:
    """Bytes to be saved somewhere, shown by no browser."""
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Content-Length"] = str(size)
    answer["Content-Security-Policy"] = LOCKED_UP
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    named = content_disposition_header(as_attachment=True, filename=name)
    answer["Content-Disposition"] = named or "attachment"
    return answer  # type: ignore[return-value]  # a stream answers like the others


class DiscardPage(ActPage[M]):
    """Discard what is no record (G-5). Say what stays of it in ``stays``."""

    title = "Discard"
    sentence = "{} is no record."
    submit = "Discard it"
    look = "secondary"
    done = "It is discarded."
    form_class = reason_form(LONGEST_REASON, label="Why it is no record", hint="")
    stays: ClassVar[str] = ""

    def came_at(self) -> datetime:
        raise NotImplementedError

    def consequences(self) -> Sequence[str]:
        said = ("Its content is gone for good.", self.stays)
        asked_for = unread_kept(EARLIEST, localdate(self.came_at()), self.at)
        return (REACHED, *said) if asked_for else said
