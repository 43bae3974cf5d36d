"""Where in a record something was found: the best pieces of its text, marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from quartermaster.records.models import Record
from quartermaster.records.rules.asking import leaves
from quartermaster.records.rules.snippets import BEGIN, CUT, END, Run, runs, unmarked, window
from quartermaster.records.rules.texts import TextKind, as_indexed
from quartermaster.records.search.lexing import Compiled

EACH = 2

_PIECES = """
SELECT r.id, x.kind, x.position, x.text
FROM unnest(%s::uuid[]) AS r(id)
CROSS JOIN LATERAL (
    SELECT t.kind, t.position, t.text, ts_rank(t.searched, %s::tsquery) AS worth
    FROM records_recordtext t
    WHERE t.record_id = r.id AND t.searched @@ %s::tsquery
    ORDER BY worth DESC, t.position LIMIT %s
) x
"""
_HEADLINES = """
SELECT ts_headline('english', one.text, %s::tsquery, %s)
FROM unnest(%s::text[]) WITH ORDINALITY AS one(text, place) ORDER BY one.place
"""
_SIGNS = f"StartSel={BEGIN}, StopSel={END}"
_SOME = f"MaxFragments=2, MaxWords=22, MinWords=8, ShortWord=0, {_SIGNS}, FragmentDelimiter={CUT}"
_WHOLE = f"HighlightAll=true, {_SIGNS}"


@dataclass(frozen=True)
class Passage:
    """A passage of a piece of text: in which kind of piece, at which place of its file."""

    kind: str
    position: int
    runs: Sequence[Run]


def passages(records: Sequence[Record], said: Compiled) -> Mapping[UUID, Sequence[Passage]]:
    """The best passages of each record. The records are those that the actor was let see."""
    wanted = [leaf for leaf in leaves(said.asked.tree) if leaf.kind != "phone"]
    if not said.marks or not records:
        return {}
    with connection.cursor() as cursor:
        ids = [record.id for record in records]
        cursor.execute(_PIECES, [ids, said.marks, said.marks, EACH])
        pieces = [
            (key, kind, position, window(text, wanted))
            for key, kind, position, text in cursor.fetchall()
        ]
    marked = _headlines(_SOME, [text for *_, text in pieces], said.marks)
    found: dict[UUID, list[Passage]] = {}
    for (key, kind, position, text), headline in zip(pieces, marked, strict=True):
        passage = Passage(TextKind(kind).label, position, runs(headline, text))
        found.setdefault(key, []).append(passage)
    return found


def titles(records: Sequence[Record], said: Compiled) -> Mapping[UUID, Sequence[Run]]:
    """What each record is about, marked."""
    if not said.marks:
        return {record.id: [Run(record.about)] for record in records}
    texts = [record.about for record in records]
    marked = _headlines(_WHOLE, texts, said.marks)
    return {
        record.id: runs(headline, record.about)
        for record, headline in zip(records, marked, strict=True)
    }


def _headlines(how: str, texts: Sequence[str], marks: str) -> list[str]:
    """What the database marks in these texts; what stands for its marks is taken out before."""
    if not texts:
        return []
    plain = [as_indexed(unmarked(text)) for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(_HEADLINES, [marks, how, plain])
        return [row[0] for row in cursor.fetchall()]


def first_lines(records: Sequence[Record], longest: int = 200) -> Mapping[UUID, str]:
    """The beginning of each record's text, where nothing was looked for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (t.record_id) t.record_id, left(t.text, %s) "
            "FROM records_recordtext t WHERE t.record_id = ANY(%s::uuid[]) "
            "ORDER BY t.record_id, t.position, t.id",
            [longest, [record.id for record in records]],
        )
        return dict(cursor.fetchall())
