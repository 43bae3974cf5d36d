"""Marking what is taken out: areas drawn on a page, passages of a text, words found."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from quartermaster.disclosure.actions.moving import item_for_update
from quartermaster.disclosure.actions.reading import content_of, text_of
from quartermaster.disclosure.models import Redaction, RequestItem
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.queries.items import items_visible_to, known_ground
from quartermaster.disclosure.redaction import asking
from quartermaster.disclosure.rules.review import MOST_AREAS, WHOLE, Decision, Patch, Way, way_of
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said

_MARGIN = 20  # around words that were found, in ten-thousandths of the page


def redact_area(*, item_id: UUID, patch: Patch, code: str, actor: Actor, at: datetime) -> Redaction:
    """Take out an area of a page, for a reason (G-5)."""
    require(actor, REQUEST_WORK)
    area, ground = patch.checked(), known_ground(code)
    with act(actor, at) as doing:
        row = _open_item(item_id, Way.DRAWN)
        return _add(row, [_of_patch(area, row)], ground.code, doing)[0]


def redact_passage(
    *, item_id: UUID, start: int, end: int, code: str, actor: Actor, at: datetime
) -> Redaction:
    """Take out a passage of a text, by its first and the letter after its last (G-5)."""
    require(actor, REQUEST_WORK)
    ground, seen = known_ground(code), _seen(item_id, actor)
    long = len(text_of(seen, actor, at))
    if not 0 <= start < end <= long:
        raise InvalidInput(f"A passage lies between 0 and {long}.", field="start")
    with act(actor, at) as doing:
        row = _open_item(item_id, Way.WRITTEN)
        return _add(row, [Redaction(item=row, start=start, end=end)], ground.code, doing)[0]


def redact_words(
    *, item_id: UUID, words: str, code: str, actor: Actor, at: datetime
) -> list[Redaction]:
    """Take out words wherever they stand in a file, large letters or small (G-5)."""
    require(actor, REQUEST_WORK)
    ground, seen = known_ground(code), _seen(item_id, actor)
    plain = said(" ".join(words.replace("\x00", "").split()), "Say which words", 200, "words")
    way = way_of(seen.item.media_type)
    if way is Way.DRAWN:
        made = list(_on_pages(seen, plain, actor, at))
    else:
        made = list(_in_text(text_of(seen, actor, at), plain))
    if not made:
        raise InvalidInput(
            "These words were not found. In a picture of text, draw the areas.", field="words"
        )
    with act(actor, at) as doing:
        row = _open_item(item_id, way)
        return _add(row, made, ground.code, doing)


def _on_pages(seen: RequestItem, words: str, actor: Actor, at: datetime) -> Iterable[Redaction]:
    for page, box in asking.find_in(content_of(seen, actor, at), words):
        yield Redaction(
            page=page,
            left=max(0, box["left"] - _MARGIN),
            top=max(0, box["top"] - _MARGIN),
            right=min(WHOLE, box["right"] + _MARGIN),
            bottom=min(WHOLE, box["bottom"] + _MARGIN),
        )


def _in_text(text: str, words: str) -> Iterable[Redaction]:
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    for match in re.finditer(pattern, text, re.IGNORECASE):
        yield Redaction(start=match.start(), end=match.end())


def _of_patch(area: Patch, row: RequestItem) -> Redaction:
    return Redaction(
        item=row,
        page=area.page,
        left=area.left,
        top=area.top,
        right=area.right,
        bottom=area.bottom,
    )


def _seen(item_id: UUID, actor: Actor) -> RequestItem:
    found = items_visible_to(actor).filter(id=item_id).first()
    if found is None:
        raise NotFound("There is no such file in a request.")
    return found


def _open_item(item_id: UUID, way: Way) -> RequestItem:
    row = item_for_update(item_id)
    if row.decision != Decision.PENDING:
        raise Conflict("It is decided. Take the decision back first.")
    if way_of(row.item.media_type) is not way:
        raise InvalidInput("Nothing can be taken out of this kind of file in this way.")
    return row


def _add(row: RequestItem, made: list[Redaction], code: str, doing: Act) -> list[Redaction]:
    if row.redactions.count() + len(made) > MOST_AREAS:
        raise InvalidInput(f"At most {MOST_AREAS:,} places of one file.", field="words")
    for one in made:
        one.item, one.code = row, code
        one.made_at, one.made_by_id = doing.at, doing.actor.person_id
    rows = Redaction.objects.bulk_create(made)
    doing.record("disclosure.item.marked", row, ground=code, places=len(rows))
    return rows


def unmark(*, redaction_id: UUID, actor: Actor, at: datetime) -> RequestItem:
    """Leave in after all what was marked (G-5)."""
    require(actor, REQUEST_WORK)
    found = Redaction.objects.filter(id=redaction_id).values_list("item_id", flat=True).first()
    if found is None:
        raise NotFound("There is no such mark.")
    with act(actor, at) as doing:
        row = item_for_update(found)
        if row.decision != Decision.PENDING:
            raise Conflict("It is decided. Take the decision back first.")
        Redaction.objects.filter(id=redaction_id).delete()
        doing.record("disclosure.item.unmarked", row)
    return row
