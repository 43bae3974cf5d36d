"""Records with text, to be found."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from quartermaster.kernel.permits import Actor
from quartermaster.records.actions.searches import save_search
from quartermaster.records.models import Record, SavedSearch
from quartermaster.records.rules.texts import TextKind
from quartermaster.records.search.choices import looked_of
from quartermaster.records.search.results import Results, search
from quartermaster.records.texts import keep_text, refresh_stale
from tests.factories.records import PNG, saved


def told(
    actor: Actor, at: datetime, *texts: str, content: bytes | None = None, **more: Any
) -> Record:
    """A record of one file in which these texts were read, gathered."""
    record = saved(actor, at, content or PNG + uuid4().bytes, **more)
    item = record.items.get()
    for position, text in enumerate(texts):
        keep_text(
            record_id=record.id,
            file_id=item.id,
            position=position,
            kind=TextKind.MESSAGE,
            text=text,
        )
    refresh_stale(at)
    return record


def look(actor: Actor, words: str = "", order: str = "", **chosen: str) -> Results:
    return search(actor, looked_of(words, chosen, order))


def found(actor: Actor, words: str = "", order: str = "", **chosen: str) -> list[str]:
    """The numbers of the records found, in their order."""
    return [one.record.number for one in look(actor, words, order, **chosen).results]


def kept(actor: Actor, at: datetime, **more: Any) -> SavedSearch:
    """A search for valves that somebody keeps."""
    given = {"name": f"Valves {uuid4()}", "words": "valve", "chosen": {}, **more}
    return save_search(**given, actor=actor, at=at)
