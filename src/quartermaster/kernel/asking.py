"""Many small questions to the database in one statement.

A page that tells of thirty matters would ask thirty times, mostly to hear that there is nothing.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import Query

Rows = QuerySet[Any]


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
