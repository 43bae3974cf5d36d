"""Making the copy that is given out: from the original, and never instead of it."""

from dataclasses import dataclass
from datetime import datetime

from quartermaster.disclosure.actions.reading import as_text, content_of
from quartermaster.disclosure.models import RequestItem
from quartermaster.disclosure.redaction import asking
from quartermaster.disclosure.rules.review import Way, masked, way_of
from quartermaster.files.papers import PDF, render
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor


@dataclass(frozen=True)
class Copy:
    """A PDF with its pages, and its words where it is a written file."""

    pdf: bytes
    pages: int
    words: bytes | None = None


def copy_of(row: RequestItem, *, redacted: bool, actor: Actor, at: datetime) -> Copy | None:
    """The copy of a file, without what is taken out; None where it is given out as it is."""
    way = way_of(row.item.media_type)
    if way is Way.NATIVE:
        if redacted:
            raise InvalidInput(
                "Nothing can be taken out of this kind of file. Save a PDF or picture of it as a"
                " record, and release that one instead.",
                field="decision",
            )
        return None
    content = content_of(row, actor, at)
    if way is Way.DRAWN:
        if not redacted:
            return Copy(*asking.whole(content))
        return Copy(*asking.redact(content, _areas(row)))
    text = as_text(content, row.item.media_type)
    passages = [(item.start or 0, item.end or 0, item.code) for item in row.redactions.all()]
    shown = masked(text, passages) if redacted else text
    return _on_paper(row, shown, at)


def _areas(row: RequestItem) -> list[dict[str, object]]:
    return [
        {
            "page": item.page,
            "box": {
                "left": item.left,
                "top": item.top,
                "right": item.right,
                "bottom": item.bottom,
            },
            "mark": item.code,
        }
        for item in row.redactions.all()
    ]


def _on_paper(row: RequestItem, text: str, at: datetime) -> Copy:
    record = row.item.record
    assert record is not None  # an item of a request is of a record
    pdf = render(
        "disclosure/papers/text.typ",
        {"lines": text.split("\n"), "source": f"{record.number}, {row.item.name}"},
        title=f"{record.number}: {row.item.name}",
        at=at,
    )
    made, pages = asking.whole(pdf)
    return Copy(made, pages, text.encode())


__all__ = ["PDF", "Copy", "copy_of"]
