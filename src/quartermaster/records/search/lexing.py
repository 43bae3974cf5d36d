"""Asking the database how words stand in its index."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import BooleanField, Func

from quartermaster.records.rules.asking import Asked, Leaf, asked, leaves
from quartermaster.records.rules.matching import Lexed, any_of, gate_of, query_of
from quartermaster.records.rules.texts import as_indexed

_STATEMENT = """
SELECT phraseto_tsquery('english', one.words)::text, phraseto_tsquery('simple', one.words)::text
FROM unnest(%s::text[]) WITH ORDINALITY AS one(words, place) ORDER BY one.place
"""


class Ready(SearchQuery):
    """A query that is one already: out of lexemes that the database gave."""

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="raw")
        self.text = text

    def as_sql(self, *_args: object, **_kwargs: object) -> tuple[str, list[str]]:  # type: ignore[override]
        return "%s::tsquery", [self.text]


class Compared(Func):
    """Whether a query fits, compared row by row: an index is not asked, as it is by an operator."""

    function = "ts_match_vq"
    output_field = BooleanField()

    def __init__(self, query: Ready) -> None:
        super().__init__("searched", query)


@dataclass(frozen=True)
class Compiled:
    """What was asked, as a query of the index; ``marks`` is what is marked in what is found.

    ``gate`` is what is asked of the index first, where places of words are then compared.
    """

    asked: Asked
    query: str
    marks: str
    gate: str = ""


def compiled(words: str) -> Compiled:
    """What these words ask for."""
    said = asked(words)
    lexed = lexed_leaves(leaves(said.tree, wanted=False))
    tree = said.tree
    return Compiled(said, query_of(tree, lexed), any_of(tree, lexed), gate_of(tree, lexed))


def lexed_leaves(found: list[Leaf]) -> dict[Leaf, Lexed]:
    """How each leaf stands in the index, in one question."""
    wanted = [leaf for leaf in dict.fromkeys(found) if leaf.kind != "phone"]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [[as_indexed(leaf.text) for leaf in wanted]])
        return {
            leaf: Lexed(stems, plain)
            for leaf, (stems, plain) in zip(wanted, cursor.fetchall(), strict=True)
        }
