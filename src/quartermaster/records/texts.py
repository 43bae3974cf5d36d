"""Keeping the text that was read in records, and gathering it into what each is found by.

`keep_text` is for whoever reads files; a trigger marks the record's entry, and `refresh` gathers
the words of marked entries. Both run in the caller's transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DataError, OperationalError, connection, transaction

from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.records.models import RecordItem, RecordText, SearchEntry
from quartermaster.records.rules.texts import (
    MOST_POSITIONS,
    TextKind,
    phones_in,
    plain_text,
)

# how much text of one record is gathered; where even its words are too many, how much then
WHOLE, LESS = 1_000_000, 150_000

_GATHER = """
UPDATE records_searchentry e SET
    searched =
        setweight(to_tsvector('english', records_folded(r.about)), 'A')
        || array_to_tsvector(array_append(%(phones)s::text[], lower(r.number)))
        || setweight(to_tsvector('simple', records_folded(concat_ws(
            ' ', r.with_whom, p.given_name, p.family_name))), 'B')
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
    indexed_at = %(at)s
FROM records_record r
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
WHERE e.record_id = r.id AND r.id = %(record)s
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
    *, record_id: UUID, file_id: UUID | None, kind: TextKind, texts: Iterable[str]
) -> int:
    """Keep all pieces of text of a file at once, instead of all that was kept of it; how many."""
    _check_place(record_id, file_id)
    pieces = [plain_text(text) for _, text in zip(range(MOST_POSITIONS), texts, strict=False)]
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
        for position, (plain, cut) in enumerate(pieces)
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
    """Gather anew what these records are found by; how many."""
    return sum(_gather(key, at) for key in sorted(record_ids))


def refresh_stale(at: datetime, most: int = 500) -> int:
    """Gather anew what is marked, some at a time; how many.

    A row that another worker has is passed over. One at a time, so that nothing waits long.
    """
    done = 0
    while done < most:
        with transaction.atomic():
            rows = SearchEntry.objects.filter(stale=True).select_for_update(skip_locked=True)
            entry = rows.order_by("record_id").only("record_id").first()
            if entry is None:
                break
            _gather(entry.record_id, at)
            done += 1
    return done


def _gather(record_id: UUID, at: datetime) -> int:
    given: dict[str, Any] = {"record": record_id, "at": at, "phones": _said_phones(record_id)}
    try:
        with transaction.atomic():
            return _run({**given, "most": WHOLE, "less": False})
    except (DataError, OperationalError):
        # more different words than one row can have: its beginning is found, and it says so
        return _run({**given, "most": LESS, "less": True})


def _said_phones(record_id: UUID) -> Sequence[str]:
    """The telephone numbers in what was said of a record when it was saved."""
    rows = SearchEntry.objects.filter(record_id=record_id)
    said = rows.values_list("record__about", "record__with_whom", "record__note").first()
    return phones_in("\n".join(said)) if said else []


def _run(given: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_GATHER, given)
        return int(cursor.rowcount)


def purge(record_ids: Collection[UUID], at: datetime) -> None:  # noqa: ARG001 (a purge)
    """Remove all text of destroyed records, and that by which they are found (C-2)."""
    RecordText.objects.filter(record__in=record_ids).delete()
    SearchEntry.objects.filter(record__in=record_ids).delete()
