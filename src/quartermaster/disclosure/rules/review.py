"""What becomes of each file of a record that a request reaches."""

from dataclasses import dataclass

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.worded import Worded
from quartermaster.records.reading.result import MEDIA_TYPE

WHOLE = 10_000
MOST_AREAS = 2000
LONGEST_NOTE = 500


class Decision(Worded):
    PENDING = "pending", "To be reviewed"
    RELEASE = "release", "Release"
    REDACT = "redact", "Release with redactions"
    WITHHOLD = "withhold", "Withhold"


GIVEN_OUT = frozenset({Decision.RELEASE, Decision.REDACT})
HELD_BACK = frozenset({Decision.REDACT, Decision.WITHHOLD})
DRAWN = frozenset(
    {
        "application/pdf",
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/tiff",
        "image/heic",
        "image/heif",
    }
)
WRITTEN = frozenset(
    {
        "text/plain",
        "text/csv",
        "text/calendar",
        "text/vcard",
        "message/rfc822",
        "application/json",
        MEDIA_TYPE,
    }
)


class Way(Worded):
    """How a file can be worked on, by its kind."""

    DRAWN = "drawn", "Pages that areas are drawn on"
    WRITTEN = "written", "Text in which words are marked"
    NATIVE = "native", "A file that is given out whole, or not"


def way_of(media_type: str) -> Way:
    if media_type in DRAWN:
        return Way.DRAWN
    return Way.WRITTEN if media_type in WRITTEN else Way.NATIVE


@dataclass(frozen=True)
class Patch:
    """An area of a page (in ten-thousandths of it), to be taken out for a reason."""

    page: int
    left: int
    top: int
    right: int
    bottom: int

    def checked(self) -> "Patch":
        edges = (self.left, self.top, self.right, self.bottom)
        if self.page < 1 or not all(0 <= edge <= WHOLE for edge in edges):
            raise InvalidInput("An area lies within its page.", field="left")
        if self.right <= self.left or self.bottom <= self.top:
            raise InvalidInput("An area has a width and a height.", field="right")
        return self


def masked(text: str, passages: list[tuple[int, int, str]]) -> str:
    """The text with each passage replaced by its mark; those that touch become one.

    Nothing of a passage is left, not even its length.
    """
    kept, at, last = [], 0, ""
    for start, end, code in sorted(passages):
        if start < at:  # it overlaps the one before, which is gone already
            at = max(at, end)
            if code != last:
                kept.append(mark_of(code))
        else:
            kept += [text[at:start], mark_of(code)]
            at = end
        last = code
    return "".join(kept) + text[at:]


def mark_of(code: str) -> str:
    """What stands where something was taken out."""
    return f"[redacted: {code}]"
