"""Many small questions to the database in one statement.

A page that tells of thirty matters would ask thirty times, mostly to hear that there is nothing.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import Query

Rows = QuerySet[Any]
Answer = TypeVar("Answer")
Result = TypeVar("Result")


def side_by_side(
    many: Sequence[Generator[Rows, Any, Result]],
    answered: Callable[[Sequence[Rows]], Sequence[Answer]],
) -> list[Result]:
    """Run generators side by side: what they yield is asked together, in as few rounds as can be.

    Each is sent the answer to what it yielded; what each returns is given, in their order.
    """
    results: dict[int, Result] = {}
    answers: dict[int, Answer | None] = dict.fromkeys(range(len(many)))
    while answers:
        asking: dict[int, Rows] = {}
        for place, answer in answers.items():
            try:
                asking[place] = many[place].send(answer)
            except StopIteration as end:
                results[place] = end.value
        answers = dict(zip(asking, answered(list(asking.values())), strict=True))
    return [results[place] for place in range(len(many))]


def counts_of(many: Sequence[Rows]) -> list[int]:
    """How many rows each query finds."""
    inner = [(rows if rows.query.is_sliced else rows.order_by()).values("pk") for rows in many]
    return _asked("(SELECT count(*) FROM ({}) counted)", [rows.query for rows in inner], "0")


def any_of(many: Sequence[Rows]) -> list[bool]:
    """Whether each query finds anything at all."""
    return _asked("EXISTS ({})", [rows.query.exists() for rows in many], "FALSE")


def _asked(each: str, many: Sequence[Query], nothing: str) -> list[Any]:
    parts: list[str] = []
    parameters: list[Any] = []
    for query in many:
        try:
            text, given = query.sql_with_params()
        except EmptyResultSet:  # Django knows beforehand that there is nothing
            parts.append(nothing)
        else:
            parts.append(each.format(text))
            parameters += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        return list(cursor.fetchone() or ())
