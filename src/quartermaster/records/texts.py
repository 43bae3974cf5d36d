"""Keeping the text that was read in records, and gathering it into what each is found by.

`keep_text` is for whoever reads files; a trigger marks the record's entry, and `refresh` gathers
the words of marked entries. Both run in the caller's transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DataError, OperationalError, connection, transaction

from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.records.models import Record, RecordItem, RecordText, SearchEntry, ToldOf
from quartermaster.records.rules.texts import (
    MOST_POSITIONS,
    TextKind,
    phones_in,
    plain_text,
)
from quartermaster.records.search.alike import part

# how much text of one record is gathered; where even its words are too many, how much then
WHOLE, LESS = 1_000_000, 150_000
AT_ONCE = 50

_GATHER = """
UPDATE records_searchentry e SET
    searched =
        setweight(to_tsvector('english', records_folded(r.about)), 'A')
        || array_to_tsvector(array_append(string_to_array(given.phones, ' '), lower(r.number)))
        || setweight(to_tsvector('simple', records_folded(concat_ws(
            ' ', r.with_whom, p.given_name, p.family_name))), 'B')
        || array_to_tsvector(ARRAY(
            SELECT 'with:' || lexeme FROM unnest(to_tsvector('simple', records_folded(r.with_whom)))
        ))
        || setweight(to_tsvector('english', records_folded(concat_ws(
            ' ', r.note, r.account, r.names))), 'C')
        || to_tsvector('english', records_folded(COALESCE(t.words, '')))
        || array_to_tsvector(COALESCE(t.phones, '{}')),
    texts = COALESCE(t.texts, 0),
    files = (SELECT count(*) FROM records_recorditem i WHERE i.record_id = r.id),
    thread = CASE WHEN e.thread <> '' THEN e.thread ELSE encode(sha256(convert_to(concat_ws(
        '|', r.author_id, r.source, lower(r.account), lower(records_folded(r.with_whom))
    ), 'UTF8')), 'hex') END,
    partly = %(less)s OR COALESCE(t.more, false),
    stale = false,
    compared = false,
    indexed_at = %(at)s
FROM unnest(%(records)s::uuid[], %(phones)s::text[]) AS given(id, phones)
JOIN records_record r ON r.id = given.id
JOIN org_person p ON p.id = r.author_id
LEFT JOIN LATERAL (
    SELECT string_agg(one.text, E'\n' ORDER BY one.place, one.position)
               FILTER (WHERE one.before < %(most)s) AS words,
           (SELECT array_agg(DISTINCT n.lexeme) FROM records_recordtext x,
                LATERAL unnest(string_to_array(x.phones, ' ')) AS n(lexeme)
            WHERE x.record_id = r.id AND n.lexeme <> '') AS phones,
           count(*) AS texts,
           bool_or(one.before >= %(most)s OR one.cut) AS more
    FROM (
        SELECT x.text, x.position, x.cut, i.position AS place,
               sum(length(x.text)) OVER (ORDER BY i.position, x.position, x.id)
                   - length(x.text) AS before
        FROM records_recordtext x LEFT JOIN records_recorditem i ON i.id = x.item_id
        WHERE x.record_id = r.id
    ) one
) t ON true
WHERE e.record_id = r.id
"""


def keep_text(
    *,
    record_id: UUID,
    file_id: UUID | None,
    position: int,
    kind: TextKind,
    text: str,
) -> RecordText | None:
    """Keep a piece of text of a record's file, instead of what was kept in its place (G-5).

    What is longer than its bound is cut; an empty text takes its place away. Kept twice is once.

    Args:
        record_id: the record.
        file_id: the file of the record in which it was read; None where it is of the whole.
        position: which piece of that file: of a message or a page its place, from 0.
        kind: where it was read.
        text: the words.
    """
    if not 0 <= position < MOST_POSITIONS:
        raise InvalidInput(f"A file has at most {MOST_POSITIONS:,} pieces of text.")
    _check_place(record_id, file_id)
    plain, cut = plain_text(text)
    place = {"record_id": record_id, "item_id": file_id, "position": position}
    if not plain:
        RecordText.objects.filter(**place).delete()
        return None
    words = {
        "kind": TextKind(kind).value,
        "text": plain,
        "phones": " ".join(phones_in(plain)),
        "cut": cut,
    }
    row, made = RecordText.objects.get_or_create(**place, defaults=words)
    if not made and (row.text, row.kind) != (plain, words["kind"]):
        RecordText.objects.filter(id=row.id).update(**words)
        row.refresh_from_db()
    return row


def keep_texts(
    *, record_id: UUID, file_id: UUID | None, texts: Iterable[tuple[TextKind, str]]
) -> int:
    """Keep all pieces of text of a file at once, instead of all that was kept of it; how many."""
    _check_place(record_id, file_id)
    pieces = [(kind, *plain_text(text)) for kind, text in islice(texts, MOST_POSITIONS)]
    RecordText.objects.filter(record_id=record_id, item_id=file_id).delete()
    rows = [
        RecordText(
            record_id=record_id,
            item_id=file_id,
            position=position,
            kind=TextKind(kind).value,
            text=plain,
            phones=" ".join(phones_in(plain)),
            cut=cut,
        )
        for position, (kind, plain, cut) in enumerate(pieces)
        if plain
    ]
    RecordText.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _check_place(record_id: UUID, file_id: UUID | None) -> None:
    """A text is of a record, and its file is that record's."""
    if file_id is None:
        known = SearchEntry.objects.filter(record_id=record_id).exists()
    else:
        known = RecordItem.objects.filter(id=file_id, record_id=record_id).exists()
    if not known:
        raise NotFound("There is no such file of such a record.")


def refresh(record_ids: Collection[UUID], at: datetime) -> int:
    """Gather anew what these records are found by, in one statement; how many."""
    keys = sorted(record_ids)
    given: dict[str, Any] = {"records": keys, "at": at, "phones": _said_phones(keys)}
    try:
        with transaction.atomic():
            return _run({**given, "most": WHOLE, "less": False})
    except (DataError, OperationalError):
        if len(keys) > 1:
            return sum(refresh([key], at) for key in keys)
        # more different words than one row can have: its beginning is found, and it says so
        return _run({**given, "most": LESS, "less": True})


def refresh_stale(at: datetime, most: int = 1000) -> int:
    """Gather anew what is marked, some at a time; how many. What another worker has is passed."""
    done = 0
    while done < most:
        with transaction.atomic():
            rows = SearchEntry.objects.filter(stale=True).select_for_update(skip_locked=True)
            keys = list(rows.order_by("record_id").values_list("record_id", flat=True)[:AT_ONCE])
            if not keys:
                break
            done += refresh(keys, at)
    return done


def mark_all() -> int:
    """Have every record gathered anew, as after a change of how words are read; how many."""
    return SearchEntry.objects.filter(stale=False).update(stale=True)


def _said_phones(keys: Sequence[UUID]) -> list[str]:
    """The telephone numbers in what was said of each record when it was saved."""
    rows = Record.objects.filter(id__in=keys).values_list("id", "about", "with_whom", "note")
    said = {key: " ".join(phones_in("\n".join(words))) for key, *words in rows}
    return [said.get(key, "") for key in keys]


def _run(given: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_GATHER, given)
        return int(cursor.rowcount)


def purge(record_ids: Collection[UUID], at: datetime) -> None:  # noqa: ARG001 (a purge)
    """Remove all text of destroyed records, and that by which they are found (C-2)."""
    part(record_ids)
    ToldOf.objects.filter(record__in=record_ids).delete()
    RecordText.objects.filter(record__in=record_ids).delete()
    SearchEntry.objects.filter(record__in=record_ids).delete()
