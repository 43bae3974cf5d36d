"""Many new rows of one table at once, by COPY: several times quicker than INSERT with parameters.

Everything in the database stands as with INSERT: constraints, triggers, the caller's transaction.
It is for tables whose rows come by the thousand; for a few rows, ``bulk_create`` does as well.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models.expressions import DatabaseDefault
from psycopg import sql

M = TypeVar("M", bound=models.Model)
WORTH_IT = 20  # rows


def insert_many(rows: Sequence[M]) -> list[M]:
    """Insert new rows of one table, all or none.

    What the database fills in by itself (a default, a counted key) stays unread on the objects.
    """
    made = list(rows)
    if not made:
        return made
    model = type(made[0])
    if len(made) < WORTH_IT:
        return list(model._default_manager.bulk_create(made))  # noqa: SLF001 (Django's own name)
    about, link = model._meta, connections[DEFAULT_DB_ALIAS]  # noqa: SLF001 (as documented)
    fields = _given(about.concrete_fields, made[0])
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(about.db_table), columns)
    with (
        transaction.atomic(),
        link.cursor() as cursor,
        link.wrap_database_errors,
        cursor.cursor.copy(statement) as copy,
    ):
        for row in made:
            values = ((field, field.pre_save(row, add=True)) for field in fields)
            copy.write_row(
                [
                    None if value is None else field.get_db_prep_save(value, link)
                    for field, value in values
                ]
            )
    for state in (row._state for row in made):  # noqa: SLF001 (as documented)
        state.adding, state.db = False, link.alias
    return made


def _given(fields: Sequence[Any], row: models.Model) -> list[Any]:
    """The columns with a value of ours: all rows of a table leave out the same ones."""
    return [
        field
        for field in fields
        if not isinstance(value := getattr(row, field.attname), DatabaseDefault)
        and not (value is None and isinstance(field, models.AutoField))
    ]
